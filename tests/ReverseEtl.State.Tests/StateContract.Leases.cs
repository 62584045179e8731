using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
{
    [Fact]
    public async Task Second_opener_gets_nothing_until_the_first_is_done()
    {
        await using var other = AnotherStore();
        await using (await OpenAsync())
        {
            Assert.Null(await other.OpenAsync(Opening(), None));
            Assert.Null(await Store.OpenAsync(Opening(), None));
            Assert.Null(await Store.OpenAsync(Opening(dryRun: true), None));
            await using var otherMapping = await other.OpenAsync(Opening(mapping: Mapping + "-other"), None);
            Assert.NotNull(otherMapping);
        }

        await using var next = await other.OpenAsync(Opening(), None);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Dry_run_keeps_live_cycles_and_other_dry_runs_out()
    {
        await using (await OpenAsync(dryRun: true))
        {
            Assert.Null(await Store.OpenAsync(Opening(), None));
            Assert.Null(await Store.OpenAsync(Opening(dryRun: true), None));
        }

        await using var live = await Store.OpenAsync(Opening(), None);
        Assert.NotNull(live);
    }

    [Fact]
    public async Task Stalled_holder_is_overtaken_when_its_lease_has_run_out_and_can_record_nothing()
    {
        await using var stalled = await OpenAsync();
        await stalled.SettleAsync(At() with { Pairs = [Linked("a")] }, None);
        await RunOutLeaseAsync();

        await using var next = await Store.OpenAsync(Opening(), None);
        Assert.NotNull(next);
        await AssertLostAsync(stalled);
        Assert.Equal(["a"], (await PrintsAsync(next)).Select(print => print.Key));
        await next.RenewAsync(None);

        // Disposing the loser does not take the winner's lease away.
        await stalled.DisposeAsync();
        Assert.Null(await Store.OpenAsync(Opening(), None));
        await next.RenewAsync(None);
    }

    [Fact]
    public async Task Holder_that_has_worked_since_its_lease_ran_out_is_not_ended()
    {
        await using var slow = await OpenAsync();
        await RunOutLeaseAsync();
        await slow.CountLinkedAsync(None);
        Assert.Null(await Store.OpenAsync(Opening(), None));
        Assert.Null(await Store.OpenAsync(Opening(dryRun: true), None));
        await slow.SettleAsync(At() with { Pairs = [Linked("a")] }, None);
        Assert.Equal(1, await slow.CountLinkedAsync(None));
    }

    [Fact]
    public async Task Holder_whose_fence_was_overtaken_can_record_nothing_though_its_connection_stands()
    {
        await using var old = await OpenAsync();
        await OvertakeAsync();
        await AssertLostAsync(old);
        Assert.Empty(await PrintsAsync(old));
    }

    [Fact]
    public async Task Lease_that_ran_out_but_that_nobody_took_is_still_kept()
    {
        await using var state = await OpenAsync();
        await RunOutLeaseAsync();
        await state.RenewAsync(None);
        Assert.Null(await Store.OpenAsync(Opening(), None));
    }

    [Fact]
    public async Task Live_lease_of_a_holder_whose_connection_is_gone_is_taken_at_once_and_the_holder_can_record_nothing()
    {
        var broken = await OpenAsync();
        await EndHolderAsync();
        await using (var dry = await Store.OpenAsync(Opening(dryRun: true), None))
        {
            Assert.NotNull(dry);
        }

        await using var next = await Store.OpenAsync(Opening(), None);
        Assert.NotNull(next);
        await Assert.ThrowsAsync<PortException>(() => broken.RenewAsync(None));
        await broken.DisposeAsync();

        // What the overtaken holder gives back is no longer its own.
        await next.RenewAsync(None);
    }

    [Fact]
    public async Task Dry_run_that_stalled_is_ended_by_the_database()
    {
        await using var stalled = await Store.OpenAsync(Opening(dryRun: true, lease: TimeSpan.FromMilliseconds(50)), None);
        Assert.NotNull(stalled);
        await StallAsync();
        await using var live = await Store.OpenAsync(Opening(), None);
        Assert.NotNull(live);
        await Assert.ThrowsAsync<PortException>(() => stalled.RenewAsync(None));
    }

    [Fact]
    public async Task Version_is_told_apart_until_a_run_has_dealt_with_the_change()
    {
        await using (var first = await OpenAsync(version: "v1"))
        {
            Assert.False(first.VersionChanged);
            Assert.False(first.FirstLoadDone);
            await first.FinishFirstLoadAsync(None);
            Assert.True(first.FirstLoadDone);
        }

        await using (var same = await OpenAsync(version: "v1"))
        {
            Assert.False(same.VersionChanged);
            Assert.True(same.FirstLoadDone);
        }

        await using (var plan = await OpenAsync(dryRun: true, version: "v2"))
        {
            Assert.True(plan.VersionChanged);
        }

        await using (var changed = await OpenAsync(version: "v2"))
        {
            Assert.True(changed.VersionChanged);
        }

        // The cycle above died before it ended.
        await using (var again = await OpenAsync(version: "v2"))
        {
            Assert.True(again.VersionChanged);
            var failed = await again.StartRunAsync("test", Noon, None);
            await again.FinishRunAsync(failed, new() { Outcome = "failed" }, Noon, None);
        }

        await using (var again = await OpenAsync(version: "v2"))
        {
            Assert.True(again.VersionChanged);
            var run = await again.StartRunAsync("test", Noon, None);
            await again.FinishRunAsync(run, new() { Outcome = "ok" }, Noon, None);
        }

        await using var last = await OpenAsync(version: "v2");
        Assert.False(last.VersionChanged);
    }

    private static async Task AssertLostAsync(IMappingState state)
    {
        await Assert.ThrowsAsync<PortException>(() => state.RenewAsync(None));
        await Assert.ThrowsAsync<PortException>(() => state.PrepareAsync([Update("a")], None));
        await Assert.ThrowsAsync<PortException>(() => state.SettleAsync(At() with { Pairs = [Linked("b")] }, None));
    }
}
