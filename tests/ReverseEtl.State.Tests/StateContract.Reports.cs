using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
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
}
