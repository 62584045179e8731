using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>People merge records in the CRM: Salesforce keeps the winner's id, HubSpot makes a new one.</summary>
public sealed class MergeTests : Scenario
{
    [Theory]
    [InlineData(People.HubSpot, true)]
    [InlineData(People.HubSpot, false)]
    [InlineData(People.Salesforce, true)]
    [InlineData(People.Salesforce, false)]
    public async Task Pair_follows_its_record_into_a_free_one_and_no_zombie_appears(string crm, bool linkedWins)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2");
        await SyncAsync();
        var (linked, free) = (RecordOf("P-1"), Type(("email", "free@example.org"), ("phone", "7")));
        await SyncAsync();

        var left = linkedWins ? World.Screen.Merge(People.Contacts, linked, free) : World.Screen.Merge(People.Contacts, free, linked);
        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Equal(left, RecordOf("P-1"));
        var phone = linkedWins ? "1" : "7";
        Assert.Equal((phone, phone), (await RowAsync("P-1", "phone"), Shown(left, "phone")));
        await RestsAsync();

        await SetAsync("P-1", "first_name", "Later");
        await SyncAsync();
        Assert.Equal((2, "Later"), (CountInCrm, Shown(left, "first_name")));
        await RestsAsync();
    }

    // The record that was left lost another merge before anybody looked.
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Pair_follows_its_record_through_one_merge_after_the_other(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        var (second, third) = (Type(("email", "b@example.org")), Type(("email", "c@example.org"), ("phone", "7")));
        await SyncAsync();

        var left = World.Screen.Merge(People.Contacts, third, World.Screen.Merge(People.Contacts, second, RecordOf("P-1")));
        await SyncAsync();
        await SetAsync("P-1", "first_name", "Later");
        await SyncAsync();

        Assert.Equal((1, left, "linked"), (CountInCrm, RecordOf("P-1"), await PairStateAsync("P-1")));
        Assert.Equal("Later", Shown(left, "first_name"));
        await RestsAsync();
    }

    // The writes of both rows meet the merge before any list of changes shows it (reference hubspot.md §2.3, §4, §5.3).
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_rows_written_before_a_search_shows_their_merge_are_frozen_and_the_others_go_on(bool vanishes)
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1");
        await AddAsync("P-2");
        await AddAsync("P-3");
        await SyncAsync();
        await SyncAsync();
        World.Screen.Switch("searchIndexLagSeconds", 3600);
        World.Screen.Switch("mergedIdsVanishFromBatchUpdate", vanishes);
        World.Screen.Merge(People.Contacts, RecordOf("P-1"), RecordOf("P-2"));
        foreach (var id in new[] { "P-1", "P-2", "P-3" })
        {
            await SetAsync(id, "first_name", "New");
        }

        await SyncAsync();

        Assert.Equal("New", InCrm("P-3", "first_name"));
        Assert.Equal(("duplicate", "duplicate"), (await PairStateAsync("P-1"), await PairStateAsync("P-2")));
        Assert.Equal(2, (await ConflictsAsync()).Count(conflict => conflict.Kind is ConflictKind.Duplicate));
        World.Screen.Switch("searchIndexLagSeconds", 0);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Two_rows_on_one_record_are_frozen(string crm)
    {
        await MergedAsync(crm);
        var writes = World.Screen.Writes;

        await SyncAsync();
        await SetAsync("P-1", "phone", "11");
        await SetAsync("P-2", "phone", "22");
        await SyncAsync();

        Assert.Equal((writes, 1), (World.Screen.Writes, CountInCrm));
        Assert.Equal(("duplicate", "duplicate"), (await PairStateAsync("P-1"), await PairStateAsync("P-2")));
        Assert.Equal(["P-1", "P-2"], (await ConflictsAsync()).Select(c => c.Key).Order(StringComparer.Ordinal));
        Assert.All(await ConflictsAsync(), c => Assert.Equal(ConflictKind.Duplicate, c.Kind));
        await RestsAsync();
    }

    [Theory]
    [InlineData(People.HubSpot, "P-1", ResolutionChoice.Warehouse, "P-1")]
    [InlineData(People.HubSpot, "P-2", ResolutionChoice.Warehouse, "P-2")]
    [InlineData(People.HubSpot, "P-1", ResolutionChoice.Crm, "P-2")]
    [InlineData(People.Salesforce, "P-1", ResolutionChoice.Warehouse, "P-1")]
    [InlineData(People.Salesforce, "P-2", ResolutionChoice.Warehouse, "P-2")]
    [InlineData(People.Salesforce, "P-1", ResolutionChoice.Crm, "P-2")]
    public async Task Person_chooses_the_row_that_keeps_the_record(string crm, string asked, ResolutionChoice choice, string keeper)
    {
        var left = await MergedAsync(crm);
        await SyncAsync();

        await ResolveAsync(choice, key: asked);
        await SyncAsync();

        var other = keeper == "P-1" ? "P-2" : "P-1";
        Assert.Equal(("linked", "gone_from_crm"), (await PairStateAsync(keeper), await PairStateAsync(other)));
        Assert.Equal((left, 1), (RecordOf(keeper), CountInCrm));
        Assert.Equal($"Last {keeper}", Shown(left, "last_name"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();

        await SetAsync(other, "phone", "zombie");
        await SetAsync(keeper, "first_name", "Alive");
        await SyncAsync();
        Assert.Equal((1, "Alive"), (CountInCrm, Shown(left, "first_name")));
        await RestsAsync();
    }

    [Theory]
    [InlineData("P-1")]
    [InlineData("P-2")]
    public async Task Record_that_is_edited_and_swallows_another_in_one_pull_is_frozen_with_it(string winner)
    {
        await BeginAsync(People.Salesforce);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "2"));
        await SyncAsync();
        await SyncAsync();
        Edit(winner, ("phone", "7"));
        World.Screen.Merge(People.Contacts, RecordOf(winner), RecordOf(winner == "P-1" ? "P-2" : "P-1"));

        await SyncAsync();

        Assert.Equal(("duplicate", "duplicate"), (await PairStateAsync("P-1"), await PairStateAsync("P-2")));
        Assert.Equal(["P-1", "P-2"], (await ConflictsAsync()).Select(c => c.Key).Order(StringComparer.Ordinal));
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Warehouse, key: "P-1");
        await SyncAsync();
        Assert.Equal(("linked", "gone_from_crm"), (await PairStateAsync("P-1"), await PairStateAsync("P-2")));
        await RestsAsync();
    }

    [Fact]
    public async Task Merge_is_followed_by_a_push_that_comes_before_the_next_pull()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        var left = World.Screen.Merge(People.Contacts, RecordOf("P-1"), Type(("email", "free@example.org")));
        await SetAsync("P-1", "first_name", "Pushed");

        await SyncAsync(new Engine.Cycles.CycleRequest("push") { Pull = false, FullWarehouse = true });

        Assert.Equal((1, "Pushed"), (CountInCrm, Shown(left, "first_name")));
        await RestsAsync();
    }

    private async Task<string> MergedAsync(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "2"));
        await SyncAsync();
        await SyncAsync();
        return World.Screen.Merge(People.Contacts, RecordOf("P-1"), RecordOf("P-2"));
    }
}
