namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Counts API requests over a rolling 24 hours, in buckets of an hour.</summary>
internal sealed class UsageMeter
{
    private const int Hours = 24;
    private readonly Queue<(long Hour, int Count)> _past = new();
    private long _hour;
    private int _current;
    private int _pastTotal;

    public int Used(DateTimeOffset now)
    {
        Roll(now);
        return _pastTotal + _current;
    }

    public void Add(DateTimeOffset now)
    {
        Roll(now);
        _current++;
    }

    private void Roll(DateTimeOffset now)
    {
        var hour = now.ToUnixTimeSeconds() / 3600;
        if (hour != _hour)
        {
            _past.Enqueue((_hour, _current));
            _pastTotal += _current;
            (_hour, _current) = (hour, 0);
        }

        while (_past.TryPeek(out var oldest) && oldest.Hour <= hour - Hours)
        {
            _pastTotal -= _past.Dequeue().Count;
        }
    }
}
