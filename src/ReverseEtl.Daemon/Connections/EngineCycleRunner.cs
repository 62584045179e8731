using System.Collections.Concurrent;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Connections;

/// <summary>Runs the engine's cycle. What the sides say of themselves is asked once in a while, not every cycle: a CRM counts every call.</summary>
public sealed class EngineCycleRunner(IConnections connections, Cycle cycle, DaemonOptions options, TimeProvider time) : ICycleRunner
{
    private readonly ConcurrentDictionary<string, Bound> _bound = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task<CycleReport> RunAsync(Mapping mapping, CycleRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await cycle.RunAsync(await BindAsync(mapping, cancellationToken), request, cancellationToken);
        }
        catch (PortException e) when (e.Trouble is PortTrouble.Refused)
        {
            // A field or column may have gone or changed its type: ask anew before the next attempt.
            _bound.TryRemove(mapping.Name, out _);
            throw;
        }
    }

    private async Task<MappingRuntime> BindAsync(Mapping mapping, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_bound.TryGetValue(mapping.Name, out var bound) && bound.Runtime.Mapping == mapping && now - bound.At < options.RecheckEvery)
        {
            return bound.Runtime;
        }

        var runtime = await MappingRuntime.BindAsync(
            mapping, connections.Warehouse(mapping.Warehouse.Connection), connections.Crm(mapping.Crm.Connection), cancellationToken);
        _bound[mapping.Name] = new Bound(runtime, now);
        return runtime;
    }

    private sealed record Bound(MappingRuntime Runtime, DateTimeOffset At);
}
