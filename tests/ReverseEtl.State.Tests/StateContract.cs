using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State.Tests;

/// <summary>
/// What every state must do. A store's test class derives from it, says where the store is, and brings about the few accidents that the
/// port itself cannot. The simulation proves the engine over a store in memory: what it proves holds because both keep this contract.
/// </summary>
public abstract partial class StateContract : StateTestBase
{
    /// <summary>Another process's way to the same state.</summary>
    protected abstract IStateStore AnotherStore();

    /// <summary>The lease of the mapping's holder runs out now.</summary>
    protected abstract Task RunOutLeaseAsync();

    /// <summary>A dry run of the mapping sits still until the database ends it.</summary>
    protected abstract Task StallAsync();

    /// <summary>The connection of the mapping's holder breaks.</summary>
    protected abstract Task EndHolderAsync();

    /// <summary>Somebody takes the mapping's lease although its holder's connection stands.</summary>
    protected abstract Task OvertakeAsync();

    /// <summary>The mapping gets another version although somebody has it open.</summary>
    protected abstract Task ChangeVersionAsync();

    /// <summary>Everything that is stored, so that any change shows.</summary>
    protected abstract Task<IReadOnlyList<object>> DumpAsync();
}
