using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Benchmarks.Workers;

/// <summary>Runs cycles over the connections of a working folder, as the daemon's loops do: push and pull, by one runner that stays.</summary>
internal static class CycleWorker
{
    /// <summary>Each line that comes in is one cycle.</summary>
    /// <param name="folder">Holds <c>appsettings.json</c> and <c>mappings/</c>.</param>
    public static async Task RunAsync(string folder)
    {
        var settings = new RetlSettings(ConfigurationFiles.Load(Path.Combine(folder, "appsettings.json"), folder), folder);
        await using var connections = new ConfiguredConnections(settings, TimeProvider.System);
        var cycle = new Cycle(connections.State, settings.Engine, TimeProvider.System, NullLogger<Cycle>.Instance);
        var runner = new EngineCycleRunner(connections, cycle, settings.Daemon, TimeProvider.System);
        var mapping = Selection.Read(settings, []).Good.Single();
        await Roles.ServeAsync(async reason =>
        {
            var start = Stopwatch.GetTimestamp();
            var report = await runner.RunAsync(mapping, new CycleRequest(reason), CancellationToken.None);
            return new
            {
                seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
                outcome = report.Result.Outcome,
                message = report.Result.Message,
                unchanged = report.Result.Unchanged,
                updated = report.Result.Updated,
                writes = report.Result.Created + report.Result.Updated + report.Result.Deleted + report.Result.Pulled,
                calls = report.Result.ApiCalls,
            };
        });
    }
}
