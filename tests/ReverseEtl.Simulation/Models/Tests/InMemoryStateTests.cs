using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Models.States;
using ReverseEtl.State.Tests;

namespace ReverseEtl.Simulation.Models.Tests;

/// <summary>What the simulation does to a state that no contract speaks of: backups, breaks and kills.</summary>
public sealed class InMemoryStateTests : StateTestBase
{
    private readonly ManualTime _time = new();
    private readonly StateMemory _memory;
    private readonly ScriptedGate _gate = new();

    public InMemoryStateTests()
    {
        _memory = new StateMemory(_time);
        Client = new InMemoryStateStore(_memory, _gate);
    }

    protected override IStateStore Store => Client;

    private InMemoryStateStore Client { get; }

    [Fact]
    public async Task Every_operation_passes_the_gate_before_and_after()
    {
        await using (var state = await OpenAsync())
        {
            await state.SettleAsync(At(), None);
        }

        Assert.Equal(
            ["state.open Before", "state.open After", "state.settle Before", "state.settle After", "state.release Before", "state.release After"],
            _gate.Passed);
    }

    [Theory]
    [InlineData(IoMoment.Before, 0)]
    [InlineData(IoMoment.After, 1)]
    public async Task Settlement_that_breaks_is_recorded_only_when_it_broke_after(IoMoment moment, int pairs)
    {
        await using var state = await OpenAsync();
        _gate.BreakAt("state.settle", moment);
        await Assert.ThrowsAsync<PortException>(() => state.SettleAsync(At() with { Pairs = [Linked("a")] }, None));
        Assert.Equal(pairs, _memory.View(Mapping).Pairs.Count);
    }

    [Fact]
    public async Task Stream_breaks_off_between_two_pages()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [.. Enumerable.Range(0, 20).Select(i => Linked($"{i:d2}"))] }, None);
        _gate.BreakAt("state.prints.page", IoMoment.Before);
        var seen = new List<string>();
        await Assert.ThrowsAsync<PortException>(async () =>
        {
            await foreach (var print in state.ReadPrintsAsync())
            {
                seen.Add(print.Key);
            }
        });
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i:d2}"), seen);
    }

    [Fact]
    public async Task Killed_process_keeps_its_lease_until_it_runs_out_or_the_database_notices()
    {
        var killed = await OpenAsync();
        _gate.KillAt("state.prepare", IoMoment.After);
        var lost = killed.PrepareAsync([Update("a", action: RecordAction.Create)], None);
        Assert.False(lost.IsCompleted);
        Assert.Single(_memory.View(Mapping).Intents);

        var next = new InMemoryStateStore(_memory);
        Assert.Null(await next.OpenAsync(Opening(), None));
        _time.Advance(LeaseTime);
        await using (var state = await next.OpenAsync(Opening(), None))
        {
            Assert.Single(await state!.OpenIntentsAsync(None));
            await Assert.ThrowsAsync<PortException>(() => killed.RenewAsync(None));
        }

        var another = await OpenAsync();
        Client.Disconnect();
        await using var free = await next.OpenAsync(Opening(), None);
        Assert.NotNull(free);
        await Assert.ThrowsAsync<PortException>(() => another.CountLinkedAsync(None));
    }

    [Fact]
    public async Task Restored_state_is_as_it_was_and_ends_all_connections()
    {
        await using (var state = await OpenAsync())
        {
            await state.StartRunAsync("first", Noon, None);
            await state.SettleAsync(At() with { Pairs = [Linked("a")] }, None);
        }

        var then = StateText.Of(_memory).ToList();
        var backup = _memory.Snapshot();
        var open = await OpenAsync(version: "v2");
        var run = await open.StartRunAsync("second", Noon, None);
        await open.SettleAsync(
            At() with
            {
                ForgottenPairs = ["a"], Pairs = [Linked("b")], Aliases = [("1", "2")], Unlinked = [new("3", [1])], Dirty = [new("b", null, "r")],
                Tombstones = [new("b", Side.Crm, Noon)], Watermarks = [(Side.Crm, new(Noon, null))], Changes = [new("b", null, Side.Crm, "update", [], [])],
                Losses = [new("b", null, Side.Crm, "f", FieldValue.Null, null, null, "r")],
                Rejects = [new("b", null, Side.Crm, "lock", "r", RetryRule.Never, default, 1, null)],
                Conflicts = [new(ConflictKind.Duplicate, "b", null, null, default, default, default, default)],
            },
            None);
        await open.PrepareAsync([Update("b")], None);
        Assert.NotEqual(then, StateText.Of(_memory));

        _memory.Restore(backup);
        Assert.Equal(then, StateText.Of(_memory));
        await Assert.ThrowsAsync<PortException>(() => open.SettleAsync(At(), None));
        await using var again = await OpenAsync();
        Assert.Equal(new StateAnchor(_memory.Id, run - 1), again.Anchor);
        await again.SettleAsync(At() with { Pairs = [Linked("c")] }, None);
        _memory.Restore(backup);
        Assert.Equal(then, StateText.Of(_memory));
    }

    [Fact]
    public async Task View_shows_what_was_answered_too_and_bases_by_field()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(
            At() with
            {
                Pairs = [Linked("a", bases: [Base("n", "N"), null])],
                Conflicts = [new(ConflictKind.Field, "a", "C-a", "Name", default, default, default, default)],
            },
            None);
        var conflict = (await state.OpenConflictsAsync(["a"], None))["a"].Single();
        await state.SettleAsync(At() with { ClosedConflicts = [new(conflict.Id, "agreed")] }, None);

        var view = _memory.View(Mapping);
        Assert.Equal("agreed", Assert.Single(view.Conflicts).Outcome);
        var pair = Assert.Single(view.Pairs);
        Assert.Equal(Base("n", "N"), view.Base(pair, "name", "Name"));
        Assert.Null(view.Base(pair, "phone", "Phone"));
        Assert.Null(view.Base(pair, "no such", "Field"));
        Assert.Empty(_memory.View("no such mapping").Pairs);
    }

    [Fact]
    public async Task Transaction_of_a_connection_that_ends_is_rolled_back()
    {
        var state = await OpenAsync();
        _gate.KillAt("state.settle", IoMoment.Before);
        var transaction = default(MemoryTransaction);
        var killed = state.SettleAsync(
            within =>
            {
                transaction = (MemoryTransaction)within;
                return Task.FromResult(At() with { Pairs = [Linked("a")] });
            },
            None);
        Assert.False(transaction!.IsOver);
        Client.Disconnect();
        Assert.True(transaction.IsOver);
        Assert.False(killed.IsCompleted);
        Assert.Empty(_memory.View(Mapping).Pairs);
    }
}
