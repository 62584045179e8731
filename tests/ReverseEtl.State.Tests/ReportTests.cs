using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public sealed class ReportTests(StateDatabase database) : StateTestBase(database)
{
    private static readonly RunResult Result = new()
    {
        Outcome = "attention", Message = "held", Created = 1, Updated = 2, Linked = 3, Deleted = 4, Unchanged = 5, Pulled = 6, Rejected = 7, Conflicts = 8,
        Losses = 9, Held = 10, ApiCalls = 11, DurationMs = 12,
    };

    [Fact]
    public async Task Runs_are_listed_newest_first()
    {
        await using var state = await OpenAsync();
        var first = await state.StartRunAsync("push", Noon, None);
        await state.FinishRunAsync(first, Result, Noon.AddMinutes(1), None);
        var second = await state.StartRunAsync("pull", Noon.AddHours(1), None);
        Assert.Equal(
            [new(second, Mapping, "pull", Noon.AddHours(1), null, null), new(first, Mapping, "push", Noon, Noon.AddMinutes(1), Result)],
            await Reports.RunsAsync(Mapping, 10, None));
        Assert.Equal([second], (await Reports.RunsAsync(Mapping, 1, None)).Select(run => run.Run));
        Assert.Contains(await Reports.RunsAsync(null, 10, None), run => run.Run == second);
    }

    [Fact]
    public async Task Status_has_one_line_a_mapping_that_was_opened()
    {
        await Reports.MarkDirtyAsync(Mapping + "-marked", new("a", null, "r"), Noon, None);
        await using var state = await OpenAsync();
        var good = await state.StartRunAsync("push", Noon, None);
        await state.FinishRunAsync(good, Result, Noon.AddMinutes(1), None);
        var bad = await state.StartRunAsync("push", Noon.AddHours(1), None);
        await state.FinishRunAsync(bad, new() { Outcome = "failed" }, Noon.AddHours(2), None);
        await state.SettleAsync(
            At() with
            {
                Pairs = [Linked("a"), Linked("b", state: Core.Planning.PairState.GoneFromCrm)],
                Conflicts = [new(ConflictKind.Duplicate, "a", null, null, default, default, default, default)],
                Rejects = [new("a", null, Side.Crm, "lock", "r", RetryRule.Never, default, 1, null)],
                Tombstones = [new("b", Side.Crm, Noon)],
                Dirty = [new("a", null, "r")],
                Losses = [new("a", null, Side.Crm, "f", FieldValue.Null, null, null, "r")],
                Watermarks = [(Side.Warehouse, new(Noon, null))],
            },
            None);
        await state.PrepareAsync([Update("a")], None);

        var status = (await Reports.StatusAsync(None)).Where(line => line.Mapping.StartsWith(Mapping, StringComparison.Ordinal)).Single();
        Assert.Equal(new MappingStatus(Mapping, 1, 1, 1, 1, 1, 1, 1, new(Noon, null), null, status.LastRun, Noon.AddMinutes(1)), status);
        Assert.Equal((bad, "failed"), (status.LastRun!.Run, status.LastRun.Result!.Outcome));
    }

    [Fact]
    public async Task Record_is_explained_by_its_key_its_id_and_an_id_that_was_merged_away()
    {
        var change = new Change("A\u001f1", "1", Side.Crm, "update", ["Name", "Phone"], ["owner: warehouse", "newest_wins"]);
        var link = new Change("A\u001f1", "1", Side.Crm, "link", [], ["match: domain"]);
        var loss = new Loss("A\u001f1", "1", Side.Crm, "Phone", FieldValue.Of("lost"), "ann", Noon.AddDays(-1), "on_drift: revert");
        await using var state = await OpenAsync();
        await state.SettleAsync(
            At(7) with
            {
                Pairs = [Linked("A\u001f1", "1", bases: [null, Base("p", "P")]), Linked("B", "2")],
                Changes = [link],
                Losses = [loss],
                Aliases = [("9", "1")],
                Tombstones = [new("A\u001f1", Side.Warehouse, Noon)],
                Conflicts = [new(ConflictKind.Drift, "A\u001f1", "1", "Phone", default, default, default, default), new(ConflictKind.Drift, "B", "2", "Phone", default, default, default, default)],
                Rejects = [new("A\u001f1", null, Side.Crm, "lock", "r", RetryRule.Never, default, 1, null)],
            },
            None);
        var open = (await state.OpenConflictsAsync(["A\u001f1"], None))["A\u001f1"].Single();
        await state.SettleAsync(At(8) with { At = Noon.AddHours(1), Changes = [change, change], ClosedConflicts = [new(open.Id, "agreed")] }, None);
        await state.PrepareAsync([Update("A\u001f1", side: Side.Warehouse)], None);

        foreach (var name in (string[])["A\u001f1", "A|1", "1", "9"])
        {
            var history = await Reports.ExplainAsync(Mapping, name, None);
            Assert.NotNull(history);
            Assert.Equal("A\u001f1", history.Pair!.Key);
            Assert.Equal([("name", "Name"), ("phone", "Phone")], history.FieldNames);
            Assert.Equal([null, Base("p", "P")], history.Pair.Bases);
            Assert.Equal([(8, "update"), (8, "update"), (7, "link")], history.Changes.Select(each => (each.Run, each.Change.Action)));
            Assert.Equal(change.Fields, history.Changes[0].Change.Fields);
            Assert.Equal(change.Rules, history.Changes[0].Change.Rules);
            Assert.Equal(["match: domain"], history.Changes[2].Change.Rules);
            Assert.Empty(history.Changes[2].Change.Fields);
            Assert.Equal((open.Id, "agreed", Noon.AddHours(1)), (history.Conflicts.Single().Conflict.Id, history.Conflicts.Single().Outcome, history.Conflicts.Single().ClosedAt));
            Assert.Single(history.Rejects);
            Assert.Equal([(Noon, loss)], history.Losses);
            Assert.Equal(["9"], history.Aliases);
            Assert.Equal([new("A\u001f1", Side.Warehouse, Noon)], history.Tombstones);
            Assert.Equal(Side.Warehouse, history.Intents.Single().Side);
        }
    }

    [Fact]
    public async Task Record_without_a_pair_is_explained_by_what_is_left_of_it()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Changes = [new("a", "1", Side.Crm, "delete", [], ["gone_from_warehouse: delete"])] }, None);
        var history = await Reports.ExplainAsync(Mapping, "1", None);
        Assert.Null(history!.Pair);
        Assert.Equal("a", history.Changes.Single().Change.Key);
        Assert.Null(await Reports.ExplainAsync(Mapping, "unheard of", None));
        Assert.Null(await Reports.ExplainAsync("no such mapping", "a", None));
    }

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
    public async Task Every_table_and_view_says_what_it_is() => Assert.Empty(await Database.AskAsync(
        """
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'retl' and c.relkind in ('r', 'v') and c.relname <> 'schema_version' and obj_description(c.oid, 'pg_class') is null
        """));

    private async Task AssertRowAsync(string view, string expression, string expected) =>
        Assert.Equal([expected], await Database.AskAsync($"select {expression} from retl.{view} where mapping = '{Mapping}'"));
}
