namespace ReverseEtl.Crms.Http;

/// <summary>
/// Watches an account's daily requests: the count that the CRM told last, plus what was sent since. Not safe for concurrent use.
/// </summary>
internal sealed class DailyMeter(DailyBudget budget, TimeSpan probeEvery)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private long _used;
    private long? _limit;
    private TimeSpan _countedFrom;
    private TimeSpan? _probeAt;

    public void Observe(long used, long limit, TimeSpan now)
    {
        _used = used;
        _limit = limit;
        _countedFrom = now;
        if (!IsSpent)
        {
            _probeAt = null;
        }
    }

    /// <summary>Counts one request, or tells how long none may be sent.</summary>
    public TimeSpan? TrySpend(TimeSpan now)
    {
        // Nothing was heard for a day, so what was counted then has left every daily window.
        if (now - _countedFrom >= Day)
        {
            _used = 0;
            _countedFrom = now;
            _probeAt = null;
        }

        if (IsSpent)
        {
            _probeAt ??= now + probeEvery;
            if (now < _probeAt)
            {
                return _probeAt - now;
            }

            // One request finds out whether the budget is back; its answer's headers settle the matter.
            _probeAt = now + probeEvery;
        }

        _used++;
        return null;
    }

    private bool IsSpent => budget.Requests(_limit) is { } most && _used >= most;
}
