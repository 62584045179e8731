namespace ReverseEtl.Crms.Http;

/// <summary>Takes a permit for each send, counts it, and lets the CRM's rules learn from the answer.</summary>
internal sealed class MeterHandler(AccountLimiter limiter, AnswerRules rules) : DelegatingHandler
{
    private long _calls;

    public long Calls => Interlocked.Read(ref _calls);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var mark = RequestMark.Of(request);
        if (mark.Unmetered)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        using var permit = await limiter.AcquireAsync(mark.Lane, cancellationToken);
        Interlocked.Increment(ref _calls);
        var answer = await base.SendAsync(request, cancellationToken);
        rules.Observe(request, answer, limiter);
        return answer;
    }
}
