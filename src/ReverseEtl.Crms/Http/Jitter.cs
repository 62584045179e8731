namespace ReverseEtl.Crms.Http;

/// <summary>Full-jitter exponential backoff over an injected source of randomness. Safe for concurrent use.</summary>
public sealed class Jitter(Random random)
{
    private const int LargestShift = 20;
    private readonly Lock _gate = new();

    /// <summary>A random wait between zero and <c>first · 2^attempt</c>, at most <paramref name="longest"/>.</summary>
    /// <param name="attempt">Retries made so far, from 0.</param>
    /// <param name="first">Ceiling of the first wait.</param>
    /// <param name="longest">Ceiling of every wait.</param>
    public TimeSpan Next(int attempt, TimeSpan first, TimeSpan longest)
    {
        var ceiling = Math.Min(first.Ticks * (double)(1L << Math.Clamp(attempt, 0, LargestShift)), longest.Ticks);
        lock (_gate)
        {
            return TimeSpan.FromTicks((long)(random.NextDouble() * ceiling));
        }
    }
}
