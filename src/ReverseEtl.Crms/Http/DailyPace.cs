namespace ReverseEtl.Crms.Http;

/// <summary>How fast an account's daily requests are being used, over the last hour. Not safe for concurrent use.</summary>
internal sealed class DailyPace
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);
    private readonly LinkedList<(TimeSpan At, long Used)> _samples = new();

    /// <summary>Takes a count down; a count that fell (the window of the day rolls on) begins anew.</summary>
    public void Note(TimeSpan now, long used)
    {
        if (_samples.Last is { } last)
        {
            if (used < last.Value.Used)
            {
                _samples.Clear();
            }
            else if (now - last.Value.At < Grain)
            {
                return;
            }
        }

        _samples.AddLast((now, used));
        while (_samples.First is { } first && now - first.Value.At > Hour)
        {
            _samples.RemoveFirst();
        }
    }

    /// <summary>How long until so many are used at this pace; null when that is not within a day.</summary>
    public TimeSpan? Until(long most, long used, TimeSpan now)
    {
        if (used >= most)
        {
            return TimeSpan.Zero;
        }

        if (_samples.First is not { Value: var (at, before) } || now <= at || used <= before)
        {
            return null;
        }

        var days = (most - used) / (double)(used - before) * ((now - at) / Day);
        return days < 1 ? Day * days : null;
    }
}
