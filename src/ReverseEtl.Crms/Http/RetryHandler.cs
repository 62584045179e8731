using System.Net.Sockets;
using Polly;
using Polly.Retry;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Http;

/// <summary>
/// Repeats a request after passing trouble, as long as that is safe: what was turned away or never left this machine always is; what
/// may have been carried out only when the request's <see cref="RequestMark"/> says so.
/// </summary>
internal sealed class RetryHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<HttpRequestMessage> Request = new("request");
    private readonly SendSettings _settings;
    private readonly AnswerRules _rules;
    private readonly Jitter _jitter;
    private readonly ResiliencePipeline<Attempt> _pipeline;

    public RetryHandler(SendSettings settings, AnswerRules rules, TimeProvider time, Jitter jitter)
    {
        _settings = settings;
        _rules = rules;
        _jitter = jitter;
        var builder = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time };
        if (settings.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = settings.MaxAttempts - 1,
                ShouldHandle = args => ValueTask.FromResult(ShouldRepeat(args)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Delay(args)),
            });
        }

        _pipeline = builder.Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content and not ReplayableContent)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        var trail = SendTrail.Of(request);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Request, request);
        try
        {
            return (await _pipeline.ExecuteAsync(AttemptAsync, context)).Answer;
        }
        catch (Exception e) when (IsLost(e, cancellationToken))
        {
            throw new LostAnswerException(Explain(e), trail.MayHaveHappened, e);
        }
        catch (Exception e) when (e is PortException or SendOverdueException && trail.MayHaveHappened)
        {
            // A limit or the clock stopped the repeat; what the first attempt did stays open all the same.
            throw new LostAnswerException("The CRM did not answer, and no further attempt could be made.", true, e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<Attempt> AttemptAsync(ResilienceContext context)
    {
        var request = context.Properties.GetValue(Request, null!);
        var trail = SendTrail.Of(request);
        trail.Attempts++;
        try
        {
            var answer = await base.SendAsync(request, context.CancellationToken);
            answer.RequestMessage ??= request;
            var verdict = await _rules.JudgeAsync(answer, context.CancellationToken);
            trail.Last = verdict.Kind;
            trail.MayHaveHappened |= verdict.Kind is AnswerKind.Unclear;
            return new Attempt(answer, verdict);
        }
        catch (Exception e) when (IsLost(e, context.CancellationToken) && !NeverLeft(e))
        {
            trail.MayHaveHappened = true;
            throw;
        }
    }

    private bool ShouldRepeat(RetryPredicateArguments<Attempt> args)
    {
        var request = args.Context.Properties.GetValue(Request, null!);
        var mayRepeat = RequestMark.Of(request).MayRepeat(request.Method);
        if (args.Outcome.Exception is { } e)
        {
            return IsLost(e, args.Context.CancellationToken) && (mayRepeat || NeverLeft(e));
        }

        var verdict = args.Outcome.Result!.Verdict;
        return verdict.After.GetValueOrDefault() <= _settings.LongestRetryAfter
            && verdict.Kind switch
            {
                AnswerKind.NotNow => true,
                AnswerKind.Unclear => mayRepeat,
                _ => false,
            };
    }

    private TimeSpan Delay(RetryDelayGeneratorArguments<Attempt> args)
    {
        var backoff = _jitter.Next(args.AttemptNumber, _settings.FirstBackoff, _settings.LongestBackoff);

        // Jitter on top of what the CRM asked for, so that those turned away together do not come back together.
        return args.Outcome.Result?.Verdict.After is { } asked ? asked + (backoff / 4) : backoff;
    }

    private static bool IsLost(Exception e, CancellationToken cancellationToken) => e switch
    {
        HttpRequestException or IOException or TimeoutException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    // ConnectionError alone does not prove it: only with the failed connect as its cause is it certain that nothing was sent.
    private static bool NeverLeft(Exception e) => e is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    }
    or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException };

    private static string Explain(Exception e) => e switch
    {
        TimeoutException => "The CRM did not answer in time.",
        HttpRequestException http when NeverLeft(http) => $"The CRM cannot be reached ({http.HttpRequestError}).",
        _ => "The connection to the CRM broke before the answer was complete.",
    };

    private sealed class Attempt(HttpResponseMessage answer, AnswerVerdict verdict) : IDisposable
    {
        public HttpResponseMessage Answer => answer;

        public AnswerVerdict Verdict => verdict;

        public void Dispose() => answer.Dispose();
    }
}
