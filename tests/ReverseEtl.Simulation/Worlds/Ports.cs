using ReverseEtl.Engine.Ports;
using ReverseEtl.Simulation.Daemons;
using ReverseEtl.Simulation.Interception;
using ReverseEtl.Simulation.Models.States;
using ReverseEtl.Simulation.Mutants;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>What stands between a process and its ports: nothing, or the seeded bug of this run.</summary>
public sealed class Ports(World world, Mutant? mutant)
{
    private readonly Dictionary<DaemonProcess, InMemoryStateStore> _connected = [];

    /// <summary>Remembers a process's connection to the state, so that it ends with it.</summary>
    public IStateStore Connect(DaemonProcess process, InMemoryStateStore store) => _connected[process] = store;

    /// <summary>The database notices after a while that a process is gone.</summary>
    public void Disconnect(DaemonProcess process)
    {
        if (_connected.Remove(process, out var store))
        {
            world.Loop.After(TimeSpan.FromSeconds(world.Seed % 90), store.Disconnect);
        }
    }

    /// <summary>The CRM as the engine sees it.</summary>
    public ICrm Crm(ICrm crm) => mutant?.Crm(crm) ?? crm;

    /// <summary>The warehouse as the engine sees it.</summary>
    public IWarehouse Warehouse(IWarehouse warehouse) => mutant?.Warehouse(warehouse) ?? warehouse;

    /// <summary>The state as the engine sees it.</summary>
    public IStateStore State(IStateStore store) => mutant is null ? store : Around<IStateStore>.Of(store, call =>
        call.Name == nameof(IStateStore.OpenAsync)
            ? call.Then<IMappingState?>(opened => opened is null ? null : mutant.State(opened))
            : call.Proceed());
}
