using System.Globalization;
using System.Net;

namespace ReverseEtl.Crms.Http;

/// <summary>How one CRM's answers are read by the pipeline. This class holds what all have in common; a CRM overrides what it knows better.</summary>
/// <remarks>Bodies are buffered before any of these is called, so reading one costs nothing and can be repeated.</remarks>
public class AnswerRules(TimeProvider time)
{
    /// <summary>
    /// Feeds the limiter; called once for each answer, retries included. Here: a 429 or 477 with <c>Retry-After</c> pauses its lane.
    /// </summary>
    public virtual void Observe(HttpRequestMessage request, HttpResponseMessage answer, AccountLimiter limiter)
    {
        if ((int)answer.StatusCode is 429 or 477 && RetryAfter(answer) is { } pause)
        {
            limiter.PauseFor(pause, RequestMark.Of(request).Lane);
        }
    }

    /// <summary>What the answer tells: 420, 423, 429 and 477 turn away, 408 and 5xx leave it open, the rest is final.</summary>
    public virtual ValueTask<AnswerVerdict> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        ValueTask.FromResult((int)answer.StatusCode switch
        {
            420 or 423 or 429 or 477 => new AnswerVerdict(AnswerKind.NotNow, RetryAfter(answer)),
            408 or >= 500 => new AnswerVerdict(AnswerKind.Unclear, RetryAfter(answer)),
            _ => new AnswerVerdict(AnswerKind.Final),
        });

    /// <summary>Whether a new token may help: any 401.</summary>
    public virtual ValueTask<bool> MayRenewTokenAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(answer.StatusCode == HttpStatusCode.Unauthorized);

    /// <summary>The answer's <c>Retry-After</c> in either form; null without one, zero when it lies in the past.</summary>
    protected TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Retry-After", out var values) || values.FirstOrDefault() is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds))
        {
            return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(2).TotalSeconds));
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? TimeSpan.FromTicks(Math.Max(0, (moment - time.GetUtcNow()).Ticks))
            : null;
    }
}
