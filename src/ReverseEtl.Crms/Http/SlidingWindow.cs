namespace ReverseEtl.Crms.Http;

/// <summary>The requests of the last so many seconds. Not safe for concurrent use.</summary>
internal sealed class SlidingWindow(RateWindow rate)
{
    private readonly Queue<TimeSpan> _taken = new();
    private int _permits = Math.Max(1, rate.Permits);

    public bool Counts(string lane) => rate.Lane is null || rate.Lane == lane;

    public bool IsLaneOf(string lane) => (rate.Lane ?? "") == lane;

    /// <summary>The first moment at which one more request fits; never in the past.</summary>
    public TimeSpan NextFree(TimeSpan now)
    {
        Forget(now);
        return _taken.Count < _permits ? now : _taken.ElementAt(_taken.Count - _permits) + rate.Length;
    }

    public void Take(TimeSpan now) => _taken.Enqueue(now);

    /// <summary>The CRM says how many requests are left. Fewer than we think means that others use the account too.</summary>
    public void Correct(TimeSpan now, int remaining, int? max)
    {
        if (max is { } told)
        {
            _permits = Math.Clamp(told, 1, Math.Max(1, rate.Permits));
        }

        Forget(now);
        for (var phantom = _permits - _taken.Count - Math.Max(0, remaining); phantom > 0; phantom--)
        {
            _taken.Enqueue(now);
        }
    }

    private void Forget(TimeSpan now)
    {
        while (_taken.TryPeek(out var oldest) && oldest + rate.Length <= now)
        {
            _taken.Dequeue();
        }
    }
}
