using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Http;

/// <summary>
/// Watches an account's daily requests: the count that the CRM told last, plus what was sent since. Not safe for concurrent use.
/// </summary>
internal sealed class DailyMeter(DailyBudget budget, TimeSpan probeEvery)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly DailyPace _pace = new();
    private long _used;
    private long? _limit;
    private TimeSpan _countedFrom;
    private TimeSpan? _probeAt;

    public void Observe(long used, long limit, TimeSpan now)
    {
        _used = used;
        _limit = limit;
        _countedFrom = now;
        _pace.Note(now, used);
        if (!IsSpent)
        {
            _probeAt = null;
        }
    }

    /// <summary>What is known of the day; null before the CRM told.</summary>
    public CrmUse? Use(TimeSpan now, DateTimeOffset clock) => _limit is null ? null : new CrmUse(_used, _limit, budget.Requests(_limit))
    {
        UsedUpAt = budget.Requests(_limit) is { } most && _pace.Until(most, _used, now) is { } left ? clock + left : null,
    };

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
