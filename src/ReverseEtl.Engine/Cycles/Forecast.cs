using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Warns before a CRM's share of daily requests is used up, and no more often than people can do something about it.</summary>
internal sealed class Forecast(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _toldAt = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Warns, when there is reason to and it was not done lately.</summary>
    /// <param name="connection">The CRM's name in the configuration.</param>
    /// <param name="use">What is known of the day.</param>
    public void Tell(string connection, CrmUse? use)
    {
        var now = time.GetUtcNow();
        if (use is not { UsedUpAt: { } at, IsUsedUp: false } || (_toldAt.TryGetValue(connection, out var told) && now - told < Pause))
        {
            return;
        }

        _toldAt[connection] = now;
        logger.LogWarning(
            "At the pace of the last hour, what {Connection} may use of the day's requests ({Used} of {Share}) is used up at {At:yyyy-MM-dd HH:mm}Z; syncing then waits until there is room again",
            connection, use.Used, use.Share, at.UtcDateTime);
    }
}
