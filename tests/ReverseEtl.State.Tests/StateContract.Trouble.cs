using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
{
    private static readonly Resolution TakeCrm = new(ResolutionChoice.Crm, null, "ann");

    private static Conflict Phone(string key, string warehouse, string crm) => new(
        ConflictKind.Field, key, "C-" + key, "Phone", FieldValue.Of("0"), FieldValue.Null, FieldValue.Of(warehouse), FieldValue.Of(crm));

    [Fact]
    public async Task Conflict_is_one_while_it_is_open_and_shows_the_latest_values()
    {
        await using var state = await OpenAsync();
        var match = new Conflict(ConflictKind.Match, "a", null, null, default, default, FieldValue.Absent, FieldValue.Of("1;2"));
        await state.SettleAsync(At() with { Conflicts = [Phone("a", "1", "2"), match, Phone("b", "1", "2")] }, None);
        await state.SettleAsync(At() with { At = Noon.AddHours(1), Conflicts = [Phone("a", "1", "3"), match, match] }, None);

        var open = await state.OpenConflictsAsync(["a", "x"], None);
        Assert.Equal(2, open["a"].Count());
        var phone = open["a"].First();
        Assert.Equal(Phone("a", "1", "3") with { Id = phone.Id, OpenedAt = Noon }, phone);
        Assert.Equal(match with { Id = open["a"].Last().Id, OpenedAt = Noon }, open["a"].Last());
        Assert.Equal((3, 0), await state.CountTroubleAsync(None));

        await state.SettleAsync(At() with { ClosedConflicts = [new(phone.Id, "agreed")], Conflicts = [Phone("a", "5", "6")] }, None);
        var reopened = (await state.OpenConflictsAsync(["a"], None))["a"].Single(conflict => conflict.Field is not null);
        Assert.NotEqual(phone.Id, reopened.Id);
        Assert.Equal(FieldValue.Of("5"), reopened.Warehouse);
    }

    [Fact]
    public async Task Decision_waits_for_the_next_cycle_and_falls_when_a_side_moves()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Conflicts = [Phone("a", "1", "2"), Phone("b", "1", "2")] }, None);
        var a = (await state.OpenConflictsAsync(["a"], None))["a"].Single();
        var b = (await state.OpenConflictsAsync(["b"], None))["b"].Single();
        Assert.Null(await Reports.ResolveAsync(a.Id, TakeCrm, Noon, None));
        Assert.Null(await Reports.ResolveAsync(b.Id, new(ResolutionChoice.Value, "x\0", "bob"), Noon, None));
        Assert.Equal([("a", "C-a"), ("b", "C-b")], (await state.DirtyAsync(Noon, 10, None)).Select(mark => (mark.Key, mark.CrmId)));

        await state.SettleAsync(At() with { Conflicts = [Phone("a", "1", "2") with { BaseCrm = FieldValue.Of("z") }, Phone("b", "1", "9")] }, None);
        Assert.Equal(TakeCrm, (await state.OpenConflictsAsync(["a"], None))["a"].Single().Resolution);
        Assert.Null((await state.OpenConflictsAsync(["b"], None))["b"].Single().Resolution);

        await state.SettleAsync(At() with { ClosedConflicts = [new(a.Id, "resolved: crm")] }, None);
        Assert.Contains("resolved: crm", await Reports.ResolveAsync(a.Id, TakeCrm, Noon, None));
        Assert.NotNull(await Reports.ResolveAsync(long.MaxValue, TakeCrm, Noon, None));
    }

    [Fact]
    public async Task Decision_falls_when_a_value_became_empty_though_its_text_is_as_absent_as_before()
    {
        await using var state = await OpenAsync();
        var gone = Phone("a", "1", "2") with { Crm = FieldValue.Absent };
        await state.SettleAsync(At() with { Conflicts = [gone] }, None);
        var id = (await state.OpenConflictsAsync(["a"], None))["a"].Single().Id;
        await Reports.ResolveAsync(id, TakeCrm, Noon, None);
        await state.SettleAsync(At() with { Conflicts = [gone with { Crm = FieldValue.Null }] }, None);
        Assert.Null((await state.OpenConflictsAsync(["a"], None))["a"].Single().Resolution);
    }

    [Fact]
    public async Task Conflict_about_a_record_without_a_row_is_reported()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Conflicts = [Phone("a", "1", "2") with { Kind = ConflictKind.NewInCrm, Key = null }] }, None);
        await state.SettleAsync(At() with { Conflicts = [Phone("a", "1", "2") with { Kind = ConflictKind.NewInCrm, Key = null }] }, None);
        var report = Assert.Single(await Reports.ConflictsAsync(Mapping, None));
        Assert.Equal((Mapping, null, "C-a"), (report.Mapping, report.Conflict.Key, report.Conflict.CrmId));
        Assert.Contains(await Reports.ConflictsAsync(null, None), other => other.Conflict.Id == report.Conflict.Id);
    }

    [Fact]
    public async Task Reject_stands_once_a_record_and_side_until_it_is_cleared()
    {
        await using var state = await OpenAsync();
        var reject = new Reject("a", "1", Side.Crm, "validation", "bad\0", RetryRule.Later, Print("a"), 1, Noon.AddMinutes(1));
        var warehouse = reject with { Side = Side.Warehouse, NextAttemptAt = null, CrmId = null };
        await state.SettleAsync(At() with { Rejects = [reject, warehouse] }, None);
        await state.SettleAsync(At() with { At = Noon.AddHours(1), Rejects = [reject with { Attempts = 2 }] }, None);
        Assert.Equal([reject with { Attempts = 2 }, warehouse], (await state.RejectsAsync(["a", "b"], None))["a"]);
        Assert.Equal((0, 2), await state.CountTroubleAsync(None));
        var reports = await Reports.RejectsAsync(Mapping, None);
        Assert.Equal([(Noon, Noon.AddHours(1)), (Noon, Noon)], reports.Select(report => (report.FirstAt, report.LastAt)));

        await state.SettleAsync(At() with { ClearedRejects = [("a", Side.Crm)] }, None);
        Assert.Equal([warehouse], (await state.RejectsAsync(["a"], None))["a"]);
    }

    [Fact]
    public async Task Rejects_are_due_in_their_time_or_when_a_person_asks()
    {
        await using var state = await OpenAsync();
        Reject Of(string key, DateTimeOffset? next) => new(key, null, Side.Crm, "lock", "r", RetryRule.Later, Print(key), 1, next);
        await state.SettleAsync(At() with { Rejects = [Of("later", Noon.AddHours(1)), Of("never", null), Of("due", Noon)] }, None);
        Assert.Equal([new DirtyMark("due", null, "reject is due")], await state.DirtyAsync(Noon, 10, None));

        var never = (await Reports.RejectsAsync(Mapping, None)).Single(report => report.Reject.Key == "never");
        Assert.Equal(1, await Reports.RetryRejectsAsync(Mapping, [never.Id], Noon.AddMinutes(1), None));
        Assert.Equal(0, await Reports.RetryRejectsAsync("another", [never.Id], Noon, None));
        Assert.Equal(["due", "never"], (await state.DirtyAsync(Noon.AddMinutes(1), 10, None)).Select(mark => mark.Key));
        Assert.Equal(3, await Reports.RetryRejectsAsync(Mapping, [], Noon, None));
        Assert.Equal(3, (await state.DirtyAsync(Noon, 10, None)).Count);
    }

    [Fact]
    public async Task Rejects_that_wait_for_a_change_are_due_when_fields_can_hold_something_else()
    {
        await using (var state = await Store.OpenAsync(Opening() with { Limits = Print("short"), Now = Noon }, None))
        {
            Reject Of(string key, RetryRule retry, DateTimeOffset? next = null) => new(key, null, Side.Crm, "validation", "r", retry, Print(key), 1, next);
            await state!.SettleAsync(
                At() with { Rejects = [Of("waits", RetryRule.AfterChange), Of("never", RetryRule.Never), Of("later", RetryRule.Later, Noon.AddDays(1))] }, None);
        }

        foreach (var (limits, due) in new[] { (Print("short"), 0), (Fingerprint.None, 0), (Print("long"), 1), (Print("long"), 1) })
        {
            await using var state = await Store.OpenAsync(Opening() with { Limits = limits, Now = Noon }, None);
            Assert.Equal(due, (await state!.DirtyAsync(Noon, 10, None)).Count(mark => mark.Key == "waits"));
            Assert.DoesNotContain(await state.DirtyAsync(Noon, 10, None), mark => mark.Key != "waits");
        }
    }

    [Fact]
    public async Task Mark_made_again_survives_the_clearing_of_the_old_one_and_keeps_its_place()
    {
        await Reports.MarkDirtyAsync(Mapping, new("a", null, "webhook"), Noon, None);
        await Reports.MarkDirtyAsync(Mapping, new("b", null, "webhook"), Noon.AddSeconds(1), None);
        await Reports.MarkDirtyAsync(Mapping, new(null, "1", "webhook"), Noon.AddSeconds(2), None);
        await using var state = await OpenAsync();
        Assert.False(state.VersionChanged);
        var seen = await state.DirtyAsync(Noon, 2, None);
        Assert.Equal(["a", "b"], seen.Select(mark => mark.Key));

        await Reports.MarkDirtyAsync(Mapping, new("a", null, "again"), Noon.AddHours(1), None);
        await state.SettleAsync(At() with { ClearedDirty = [.. seen.Select(mark => mark.Id)], Dirty = [new("c", "3", "parent"), new("c", "3", "parent")] }, None);
        var left = await state.DirtyAsync(Noon, 10, None);
        Assert.Equal([("a", null, "again"), ("c", "3", "parent"), (null, "1", "webhook")], left.Select(mark => (mark.Key, mark.CrmId, mark.Reason)));
    }

    [Fact]
    public async Task Tombstone_keeps_the_first_time()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Tombstones = [new("a", Side.Crm, Noon), new("a", Side.Warehouse, Noon), new("b", Side.Crm, Noon)] }, None);
        await state.SettleAsync(
            At() with { Tombstones = [new("a", Side.Crm, Noon.AddHours(1)), new("c", Side.Crm, Noon)], ClearedTombstones = [("b", Side.Crm), ("c", Side.Crm)] }, None);
        Assert.Equal(
            [new("a", Side.Warehouse, Noon), new("a", Side.Crm, Noon)], (await state.TombstonesAsync(None)).OrderBy(tombstone => tombstone.Side));
    }

    [Fact]
    public async Task Watermark_is_there_after_the_first_time()
    {
        await using var state = await OpenAsync();
        Assert.Null(await state.WatermarkAsync(Side.Crm, None));
        await state.SettleAsync(At() with { Watermarks = [(Side.Crm, new(Noon, null)), (Side.Warehouse, new(Noon.AddHours(1), Noon))] }, None);
        await state.SettleAsync(At() with { Watermarks = [(Side.Crm, new(Noon.AddHours(2), Noon))] }, None);
        Assert.Equal(new Watermark(Noon.AddHours(2), Noon), await state.WatermarkAsync(Side.Crm, None));
        Assert.Equal(new Watermark(Noon.AddHours(1), Noon), await state.WatermarkAsync(Side.Warehouse, None));
    }

    [Fact]
    public async Task Unlinked_records_are_found_by_rule_and_match_key()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(
            At() with { Unlinked = [new("1", [5, null]), new("2", [5, ulong.MaxValue]), new("3", [null, null]), new("4", [7, 5])], ForgottenUnlinked = ["4"] }, None);
        var found = await state.FindUnlinkedAsync(0, [5, 7], None);
        Assert.Equal(["1", "2"], found[5]);
        Assert.Empty(found[7]);
        Assert.Equal(["2"], (await state.FindUnlinkedAsync(1, [5, ulong.MaxValue], None))[ulong.MaxValue]);

        await state.SettleAsync(At() with { Unlinked = [new("2", [null, 5])] }, None);
        Assert.Equal(["1"], (await state.FindUnlinkedAsync(0, [5], None))[5]);
        Assert.Equal(["2"], (await state.FindUnlinkedAsync(1, [5], None))[5]);
    }

    [Fact]
    public async Task Aliases_lead_the_whole_way_until_the_record_is_linked_again()
    {
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Pairs = [Linked("c", "3")], Aliases = [("1", "2")] }, None);
        await state.SettleAsync(At() with { Aliases = [("2", "3"), ("8", "9")] }, None);
        Assert.Equal([("1", "c"), ("2", "c"), ("3", "c")], await KeysAsync("1", "2", "3", "8"));

        // The CRM's own list names the old winner again.
        await state.SettleAsync(At() with { Aliases = [("1", "2")] }, None);
        Assert.Equal([("1", "c")], await KeysAsync("1"));

        await state.SettleAsync(At() with { Pairs = [Linked("a", "2")] }, None);
        Assert.Equal([("1", "c"), ("2", "a")], await KeysAsync("1", "2"));

        async Task<IEnumerable<(string, string)>> KeysAsync(params string[] ids) =>
            (await state.KeysOfAsync(Mapping, ids, None)).Select(found => (found.Key, found.Value)).Order();
    }
}
