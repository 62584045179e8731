using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Mutants;

/// <summary>
/// A seeded bug: one safeguard taken out, to see whether the checkers miss it. It sits in the options or before a port, so production code
/// has no switch for it.
/// </summary>
/// <param name="Name">In a few words.</param>
public sealed record Mutant(string Name)
{
    /// <summary>The first seed to try.</summary>
    public int FirstSeed { get; init; } = 1;

    /// <summary>Changes the engine's options.</summary>
    public Func<EngineOptions, EngineOptions> Options { get; init; } = options => options;

    /// <summary>Stands before the CRM.</summary>
    public Func<ICrm, ICrm> Crm { get; init; } = crm => crm;

    /// <summary>Stands before the warehouse.</summary>
    public Func<IWarehouse, IWarehouse> Warehouse { get; init; } = warehouse => warehouse;

    /// <summary>Stands before the state of a mapping.</summary>
    public Func<IMappingState, IMappingState> State { get; init; } = state => state;

    /// <summary>Bends the world itself, where the bug is in what the ports stand on.</summary>
    public Action<World> World { get; init; } = _ => { };
}
