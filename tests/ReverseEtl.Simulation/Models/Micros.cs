namespace ReverseEtl.Simulation.Models;

/// <summary>Databases keep time in microseconds.</summary>
internal static class Micros
{
    /// <summary>The time as it comes back from a database.</summary>
    public static DateTimeOffset Stored(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
