using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Cycles that follow what was heard from outside.</summary>
public sealed class HearsayTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_was_heard_of_is_looked_at_by_its_id_alone(string crm)
    {
        await LoadedAsync(crm);
        Edit("P-1", ("phone", "heard"));
        Edit("P-2", ("phone", "not heard"));
        await SetAsync("P-1", "first_name", "New");
        await SetAsync("P-2", "first_name", "New");

        var report = await HearAsync(RecordOf("P-1"));

        Assert.Equal(("heard", "New"), (await RowAsync("P-1", "phone"), InCrm("P-1", "first_name")));
        Assert.Equal((null, null), (await RowAsync("P-2", "phone"), InCrm("P-2", "first_name")));
        Assert.Equal((1, 1), (report.Result.Pulled, report.Result.Updated));
        await SyncAsync();
        Assert.Equal("not heard", await RowAsync("P-2", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_is_as_it_was_or_unknown_costs_no_write_and_leaves_no_mark(string crm)
    {
        await LoadedAsync(crm);
        var stranger = Type(("email", "stranger@example.org"));
        var (writes, rows) = (World.Screen.Writes, await WarehouseAsync());

        await HearAsync(RecordOf("P-1"), stranger, "1");

        Assert.Equal(writes, World.Screen.Writes);
        Assert.Equal(rows, await WarehouseAsync());
        Assert.Equal("0", await World.ValueAsync("select count(*) from retl.dirty"));
    }

    [Fact]
    public async Task New_record_that_was_heard_of_is_left_to_the_pull_that_brings_all_new_ones()
    {
        await LoadedAsync(People.HubSpot, p => p.Mapping with { Records = p.Mapping.Records with { NewInCrm = NewRecord.Create } });
        var typed = Type(("email", "typed@example.org"));

        await HearAsync(typed);
        Assert.Equal("2", await World.ValueAsync("select count(*) from people"));

        await SyncAsync();
        Assert.Equal("3", await World.ValueAsync("select count(*) from people"));
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Deletion_that_was_heard_of_is_noted_and_carried_out_only_by_a_cycle_that_counts_them_all(string crm)
    {
        await LoadedAsync(crm, p => p.Mapping with { Records = p.Mapping.Records with { GoneFromCrm = GoneFromCrm.Delete } });
        var id = RecordOf("P-1");
        World.Screen.Delete(People.Contacts, id);

        await HearAsync(id);
        await HearAsync(id);
        Assert.Equal("P-1", await World.ValueAsync("select key from retl.tombstone"));
        Assert.Equal("2", await World.ValueAsync("select count(*) from people"));

        await SyncAsync(new CycleRequest("test") { Approved = true });
        Assert.Equal("P-2", await World.ValueAsync("select string_agg(id, ',') from people"));
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_is_back_and_heard_of_is_missing_no_more(string crm)
    {
        await LoadedAsync(crm);
        var id = RecordOf("P-1");
        World.Screen.Delete(People.Contacts, id);
        await HearAsync(id);
        World.Screen.Undelete(People.Contacts, id);

        await HearAsync(id);

        Assert.Equal(("0", "linked"), (await World.ValueAsync("select count(*) from retl.tombstone"), await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Merge_that_was_heard_of_ends_like_one_that_was_polled(string crm)
    {
        await LoadedAsync(crm);
        var (loser, winner) = (RecordOf("P-1"), Type(("email", "winner@example.org")));
        var merged = World.Screen.Merge(People.Contacts, winner, loser);

        await HearAsync(loser, winner, merged);
        await SyncAsync();

        Assert.Equal(merged, await World.ValueAsync("select crm_id from retl.pairs where key = 'P-1'"));
        Assert.Equal("linked", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    private Task<CycleReport> HearAsync(params string[] ids) => SyncAsync(new CycleRequest("webhook") { Pull = false, Push = false, Heard = ids });

    private async Task LoadedAsync(string crm, Func<People, Mapping>? mapping = null)
    {
        await BeginAsync(crm, mapping);
        await AddAsync("P-1");
        await AddAsync("P-2");
        await SyncAsync();
        await SyncAsync();
    }
}
