using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dry_run_sees_its_own_changes_and_leaves_nothing(bool openedBefore)
    {
        if (openedBefore)
        {
            await using var live = await OpenAsync();
            await live.SettleAsync(FullSettlement("old"), None);
        }

        var before = await DumpAsync();
        await using (var dry = await OpenAsync(dryRun: true, version: "other", fields: [.. TwoFields, Field("new", "New")]))
        {
            var run = await dry.StartRunAsync("plan", Noon, None);
            var ids = await dry.PrepareAsync([Update("created", action: RecordAction.Create)], None);
            await dry.SettleAsync(FullSettlement("new", 3) with { Run = run, ClosedIntents = ids }, None);
            await dry.SettleAsync(FullSettlement("newer", 3), None);
            await dry.FinishFirstLoadAsync(None);
            await dry.RenewAsync(None);
            await dry.FinishRunAsync(run, new() { Outcome = "ok" }, Noon, None);
            Assert.Contains("new", (await PrintsAsync(dry)).Select(print => print.Key));
            Assert.Single((await dry.OpenConflictsAsync(["new"], None))["new"]);
            Assert.NotNull(await dry.WatermarkAsync(Side.Crm, None));
            Assert.Equal(before, await DumpAsync());
        }

        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task Prints_of_a_dry_run_may_be_read_while_it_settles()
    {
        await using var dry = await OpenAsync(dryRun: true);
        await dry.SettleAsync(At() with { Pairs = [.. Enumerable.Range(0, 12_000).Select(i => Linked($"K{i:d6}"))] }, None);
        var seen = new List<string>();
        await foreach (var print in dry.ReadPrintsAsync())
        {
            seen.Add(print.Key);
            if (seen.Count % 3_000 == 0)
            {
                await dry.SettleAsync(At() with { Pairs = [Linked(print.Key, epoch: 2), Linked($"Z{seen.Count}")] }, None);
            }
        }

        Assert.Equal(Enumerable.Range(0, 12_000).Select(i => $"K{i:d6}"), seen);
        await foreach (var print in dry.ReadPrintsAsync())
        {
            Assert.Equal("K000000", print.Key);
            break;
        }

        Assert.Equal(12_004, (await PrintsAsync(dry)).Count);
    }

    private static Settlement FullSettlement(string key, int fields = 2) => At() with
    {
        Pairs = [Linked(key, bases: new Core.Planning.FieldBase?[fields])],
        Conflicts = [new(ConflictKind.Field, key, "1", "Phone", default, default, FieldValue.Of("1"), FieldValue.Of("2"))],
        Rejects = [new(key, null, Side.Crm, "lock", "r", RetryRule.Later, default, 1, Noon)],
        Losses = [new(key, "1", Side.Crm, "Phone", FieldValue.Of("lost"), null, null, "r")],
        Changes = [new(key, "1", Side.Crm, "update", ["Phone"], ["owner: " + key])],
        Aliases = [(key, key + "-winner")],
        Tombstones = [new(key, Side.Crm, Noon)],
        Unlinked = [new(key, [1])],
        Dirty = [new(key, null, "r")],
        Watermarks = [(Side.Crm, new(Noon, Noon))],
    };
}
