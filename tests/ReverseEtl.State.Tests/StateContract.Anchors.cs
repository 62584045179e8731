using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
{
    [Fact]
    public async Task Anchor_names_the_state_and_the_last_run_before_the_opening()
    {
        StateAnchor first, second;
        long run;
        await using (var state = await OpenAsync())
        {
            first = state.Anchor;
            run = await state.StartRunAsync("test", Noon, None);
            Assert.Equal(first, state.Anchor);
        }

        await using (var state = await OpenAsync())
        {
            second = state.Anchor;
        }

        Assert.Equal(new StateAnchor(first.State, 0), first);
        Assert.Equal(new StateAnchor(first.State, run), second);
        Assert.NotEqual(Guid.Empty, first.State);
    }

    [Fact]
    public async Task Dry_run_leaves_the_anchor_as_it_was()
    {
        await using (var dry = await OpenAsync(dryRun: true))
        {
            await dry.StartRunAsync("plan", Noon, None);
        }

        await using var state = await OpenAsync();
        Assert.Equal(0, state.Anchor.LastRun);
    }

    [Fact]
    public async Task Doubt_lasts_until_a_run_has_not_failed()
    {
        long run;
        await using (var state = await OpenAsync())
        {
            Assert.Null(state.DoubtedThrough);
            run = await state.StartRunAsync("test", Noon, None);
            await state.FinishRunAsync(run, new RunResult { Outcome = "ok" }, Noon, None);
        }

        await using (var state = await OpenAsync())
        {
            await state.DoubtAsync(None);
            Assert.Equal(run, state.DoubtedThrough);
            await state.FinishRunAsync(await state.StartRunAsync("test", Noon, None), new RunResult { Outcome = "failed" }, Noon, None);
        }

        Assert.True(Assert.Single(await Reports.StatusAsync(None), s => s.Mapping == Mapping).NeedsComparison);
        await using (var state = await OpenAsync())
        {
            Assert.Equal(run, state.DoubtedThrough);
            await state.FinishRunAsync(await state.StartRunAsync("test", Noon, None), new RunResult { Outcome = "attention", AuditFindings = 3 }, Noon, None);
        }

        Assert.False(Assert.Single(await Reports.StatusAsync(None), s => s.Mapping == Mapping).NeedsComparison);
        Assert.Equal(3, Assert.Single(await Reports.RunsAsync(Mapping, 1, None)).Result!.AuditFindings);
        await using (var state = await OpenAsync())
        {
            Assert.Null(state.DoubtedThrough);
        }
    }

    [Fact]
    public async Task Dry_run_shares_no_transaction()
    {
        await using var dry = await OpenAsync(dryRun: true);
        Assert.Null(dry.Database);
        await Assert.ThrowsAsync<InvalidOperationException>(() => dry.SettleAsync(_ => Task.FromResult(At()), None));
    }

    [Fact]
    public async Task Settlement_around_work_records_what_the_work_learnt()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(_ => Task.FromResult(At() with { Pairs = [Linked("a")] }), None);
        Assert.Equal(["a"], (await PrintsAsync(state)).Select(print => print.Key));
    }

    [Fact]
    public async Task Settlement_around_work_that_fails_leaves_nothing_and_the_state_usable()
    {
        await using var state = await OpenAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => state.SettleAsync(_ => throw new TimeoutException(), None));
        await Assert.ThrowsAsync<PortException>(() => state.SettleAsync(
            _ => Task.FromResult(At() with { ForgottenPairs = ["a"], Pairs = [Linked("a", "1"), Linked("b", "1")] }), None));
        Assert.Empty(await PrintsAsync(state));
        await state.SettleAsync(At() with { Pairs = [Linked("c")] }, None);
        Assert.Equal(["c"], (await PrintsAsync(state)).Select(print => print.Key));
    }
}
