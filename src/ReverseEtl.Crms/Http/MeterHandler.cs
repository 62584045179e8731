namespace ReverseEtl.Crms.Http;

/// <summary>
/// Takes a permit for each send, makes sure that its time is not over, counts it, and lets the CRM's rules learn from the answer.
/// </summary>
internal sealed class MeterHandler(AccountLimiter limiter, AnswerRules rules, TimeProvider time) : DelegatingHandler
{
    private long _calls;

    public long Calls => Interlocked.Read(ref _calls);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var mark = RequestMark.Of(request);
        using var permit = mark.Unmetered ? null : await limiter.AcquireAsync(mark.Lane, cancellationToken);

        // Nothing waits from here to the wire.
        if (mark.SendBy < time.GetUtcNow())
        {
            throw new SendOverdueException();
        }

        if (mark.Unmetered)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        Interlocked.Increment(ref _calls);
        var answer = await base.SendAsync(request, cancellationToken);
        rules.Observe(request, answer, limiter);
        return answer;
    }
}
