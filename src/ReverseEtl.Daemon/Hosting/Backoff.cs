namespace ReverseEtl.Daemon.Hosting;

/// <summary>How long to wait after failures in a row.</summary>
/// <param name="First">After the first.</param>
/// <param name="Longest">Never longer than this, unless the other side asked for it.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    private const int MostDoublings = 20;

    /// <summary>The wait after so many failures, at least 1.</summary>
    public TimeSpan After(int failures, TimeSpan? askedFor = null)
    {
        var doubled = First * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        var wait = doubled < Longest ? doubled : Longest;
        return askedFor > wait ? askedFor.Value : wait;
    }
}
