using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Simulation.Models.States;
using ReverseEtl.State.Tests;

namespace ReverseEtl.Simulation.Models.Tests;

/// <summary>The contract of a state on the one that the simulation runs over.</summary>
public sealed class InMemoryStateContractTests : StateContract
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private readonly ManualTime _time = new();
    private readonly StateMemory _memory;

    public InMemoryStateContractTests()
    {
        _memory = new StateMemory(_time);
        Store = AnotherStore();
    }

    protected override IStateStore Store { get; }

    protected override IStateStore AnotherStore() => new InMemoryStateStore(_memory);

    protected override Task RunOutLeaseAsync() => PassAsync(LeaseTime);

    protected override Task StallAsync() => PassAsync(LeaseTime);

    protected override Task EndHolderAsync()
    {
        _memory.Disconnect(Mapping);
        return Task.CompletedTask;
    }

    protected override Task OvertakeAsync()
    {
        _memory.Overtake(Mapping);
        return Task.CompletedTask;
    }

    protected override async Task ChangeVersionAsync()
    {
        _memory.GiveLeasesToEverybody();
        await using var other = await OpenAsync(version: "another");
    }

    protected override Task<IReadOnlyList<object>> DumpAsync() => Task.FromResult<IReadOnlyList<object>>([.. StateText.Of(_memory)]);

    private Task PassAsync(TimeSpan span)
    {
        _time.Advance(span + Moment);
        return Task.CompletedTask;
    }
}
