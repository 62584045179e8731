using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

/// <summary>What only the tables and views of Postgres show.</summary>
public sealed class PostgresReportTests(StateDatabase database) : PostgresTestBase(database)
{
    private static readonly RunResult Result = new()
    {
        Outcome = "attention", Message = "held", Created = 1, Updated = 2, Linked = 3, Deleted = 4, Unchanged = 5, Pulled = 6, Rejected = 7, Conflicts = 8,
        Losses = 9, Held = 10, ApiCalls = 11, DurationMs = 12,
    };

    [Fact]
    public async Task Old_history_goes_when_a_run_ends_but_not_losses_open_conflicts_or_the_last_success()
    {
        await using var state = await OpenAsync();
        var old = await state.StartRunAsync("push", Noon, None);
        await state.FinishRunAsync(old, Result, Noon, None);
        var older = await state.StartRunAsync("push", Noon, None);
        await state.SettleAsync(
            At(old) with
            {
                Changes = [.. Enumerable.Range(0, 6_000).Select(i => new Change($"k{i}", null, Side.Crm, "update", ["Name"], ["r"]))],
                Losses = [new("k1", null, Side.Crm, "f", FieldValue.Of("v"), null, null, "r")],
                Conflicts = [new(ConflictKind.Drift, "k1", null, "x", default, default, default, default), new(ConflictKind.Drift, "k1", null, "y", default, default, default, default)],
            },
            None);
        var closed = (await state.OpenConflictsAsync(["k1"], None))["k1"].First();
        await state.SettleAsync(At(old) with { ClosedConflicts = [new(closed.Id, "agreed")] }, None);

        var later = Noon.AddDays(91);
        var run = await state.StartRunAsync("push", later, None);
        await state.SettleAsync(At(run) with { At = later, Changes = [new("k1", null, Side.Crm, "update", ["Name"], ["r"])] }, None);
        await state.FinishRunAsync(run, new() { Outcome = "failed" }, later, None);

        Assert.Equal([run, old], (await Reports.RunsAsync(Mapping, 10, None)).Select(each => each.Run));
        Assert.DoesNotContain(older, (await Reports.RunsAsync(Mapping, 10, None)).Select(each => each.Run));
        var history = await Reports.ExplainAsync(Mapping, "k1", None);
        Assert.Equal([run], history!.Changes.Select(change => change.Run));
        Assert.Single(history.Losses);
        Assert.Equal(["y"], history.Conflicts.Select(conflict => conflict.Conflict.Field));
        Assert.Null(await Reports.ExplainAsync(Mapping, "k2", None));
    }

    [Fact]
    public async Task Anchor_stays_when_old_runs_are_removed()
    {
        long run;
        await using (var state = await OpenAsync())
        {
            run = await state.StartRunAsync("test", Noon, None);
            await state.FinishRunAsync(run, new RunResult { Outcome = "failed" }, Noon, None);
        }

        await using (var other = await OpenAsync(mapping: $"{Mapping}-other"))
        {
            var late = Noon.AddDays(200);
            await other.FinishRunAsync(await other.StartRunAsync("test", late, None), new RunResult { Outcome = "ok" }, late, None);
        }

        Assert.Empty(await Reports.RunsAsync(Mapping, 5, None));
        await using var again = await OpenAsync();
        Assert.Equal(run, again.Anchor.LastRun);
    }

    [Fact]
    public async Task Views_show_what_people_ask()
    {
        await using var state = await OpenAsync();
        var run = await state.StartRunAsync("push", Noon, None);
        await state.FinishRunAsync(run, Result, Noon.AddMinutes(1), None);
        await state.SettleAsync(
            At(run) with
            {
                Pairs = [Linked("A\u001f1", "1")],
                Changes = [new("A\u001f1", "1", Side.Crm, "update", ["Name"], ["owner: warehouse"])],
                Losses = [new("A\u001f1", "1", Side.Warehouse, "phone", FieldValue.Of("lost"), "ann", Noon, "r")],
                Conflicts = [new(ConflictKind.Duplicate, "A\u001f1", "1", "Phone", FieldValue.Null, FieldValue.Of("b"), FieldValue.Of("w"), FieldValue.Of("c"))],
                Rejects = [new("A\u001f1", null, Side.Crm, "lock", "why", RetryRule.Never, default, 3, null)],
                Watermarks = [(Side.Crm, new(Noon, null))],
            },
            None);
        await AssertRowAsync("pairs", "key || crm_id || state", "A|11linked");
        await AssertRowAsync("runs", "reason || outcome || api_calls", "pushattention11");
        await AssertRowAsync("changes", "key || side || action || array_to_string(fields || rules, ',') || run", $"A|1crmupdateName,owner: warehouse{run}");
        await AssertRowAsync("losses", "key || side || field || value || author", "A|1warehousephonelostann");
        await AssertRowAsync("conflicts", "key || kind || base_crm || warehouse || crm || (closed_at is null)", "A|1duplicatebwctrue");
        await AssertRowAsync("rejects", "key || side || class || reason || attempts || retry", "A|1crmlockwhy3never");
        await AssertRowAsync("freshness", "running_at || open_conflicts || rejects || (crm_through = last_success_at - interval '1 min')", "test11true");
    }

    [Fact]
    public async Task Reserved_pair_is_shown_as_being_created()
    {
        await using var state = await OpenAsync();
        await state.PrepareAsync([Update("new", epoch: 4, action: RecordAction.Create)], None);
        Assert.Equal(["creating_crm"], await Database.AskAsync($"select state from retl.pairs where mapping = '{Mapping}'"));
    }

    [Fact]
    public async Task Every_table_and_view_says_what_it_is() => Assert.Empty(await Database.AskAsync(
        """
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'retl' and c.relkind in ('r', 'v') and c.relname <> 'schema_version' and obj_description(c.oid, 'pg_class') is null
        """));

    private async Task AssertRowAsync(string view, string expression, string expected) =>
        Assert.Equal([expected], await Database.AskAsync($"select {expression} from retl.{view} where mapping = '{Mapping}'"));
}
