using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Connections;

/// <summary>Runs cycles of mappings over the configured connections. Safe for concurrent use with different mappings.</summary>
public interface ICycleRunner
{
    /// <summary>One cycle of one mapping.</summary>
    /// <exception cref="PortException">A side or the state as a whole failed before the cycle could say so itself.</exception>
    Task<CycleReport> RunAsync(Mapping mapping, CycleRequest request, CancellationToken cancellationToken);
}
