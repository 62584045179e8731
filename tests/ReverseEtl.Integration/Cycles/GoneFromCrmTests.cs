using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

public sealed class GoneFromCrmTests : Scenario
{
    private string _gone = "";

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Kept_row_stays_and_its_record_is_not_made_again(string crm)
    {
        await GoneAsync(crm, GoneFromCrm.Keep);

        await SyncAsync();
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();

        Assert.Equal(1, CountInCrm);
        Assert.Equal("2", await RowAsync("P-1", "phone"));
        Assert.Equal("gone_from_crm", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Undeleted_record_is_linked_again(string crm)
    {
        await GoneAsync(crm, GoneFromCrm.Keep);
        await SyncAsync();
        await SetAsync("P-1", "first_name", "New");
        await SyncAsync();

        World.Screen.Undelete(People.Contacts, _gone);
        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Equal(_gone, RecordOf("P-1"));
        Assert.Equal("New", InCrm("P-1", "first_name"));
        Assert.Equal("linked", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_is_made_again_where_the_rule_says_so(string crm)
    {
        await GoneAsync(crm, GoneFromCrm.Recreate);

        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.NotEqual(_gone, RecordOf("P-1"));
        Assert.Equal("1", InCrm("P-1", "phone"));
        await RestsAsync();
        Assert.Equal("0", await World.ValueAsync("select count(*) from retl.tombstone"));
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Row_goes_with_its_record_where_the_rule_says_so(string crm)
    {
        await GoneAsync(crm, GoneFromCrm.Delete);

        var report = await SyncAsync();

        Assert.Equal(1, report.Result.Deleted);
        Assert.Null(await RowAsync("P-1", "id"));
        Assert.Equal("Last P-2", await RowAsync("P-2", "last_name"));
        await RestsAsync();
        Assert.Equal(1, CountInCrm);
    }

    [Fact]
    public async Task Nothing_is_deleted_before_the_tombstone_is_old_enough()
    {
        await GoneAsync(People.HubSpot, GoneFromCrm.Delete);
        World.Options = World.Options with { TombstoneAge = TimeSpan.FromDays(1) };

        await SyncAsync();
        World.Time.Advance(TimeSpan.FromHours(23));
        await SyncAsync();
        Assert.Equal("P-1", await RowAsync("P-1", "id"));

        World.Time.Advance(TimeSpan.FromHours(1));
        await SyncAsync();
        Assert.Null(await RowAsync("P-1", "id"));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_was_edited_is_not_deleted_but_asked_about()
    {
        await GoneAsync(People.HubSpot, GoneFromCrm.Delete);
        await SetAsync("P-1", "phone", "2");

        await SyncAsync();

        Assert.Equal("P-1", await RowAsync("P-1", "id"));
        Assert.Equal(ConflictKind.DeleteVsEdit, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
    }

    [Theory]
    [InlineData(ResolutionChoice.Warehouse, 2, "P-1")]
    [InlineData(ResolutionChoice.Crm, 1, null)]
    [InlineData(ResolutionChoice.Ignore, 1, "P-1")]
    public async Task Person_decides_where_the_rule_is_review(ResolutionChoice choice, int records, string? row)
    {
        await GoneAsync(People.HubSpot, GoneFromCrm.Review);
        await SyncAsync();
        Assert.Equal(ConflictKind.GoneFromCrm, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();

        await ResolveAsync(choice);
        await SyncAsync();

        Assert.Equal((records, row), (CountInCrm, await RowAsync("P-1", "id")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Purged_record_is_noticed_when_its_row_is_written()
    {
        await GoneAsync(People.HubSpot, GoneFromCrm.Recreate);
        World.Screen.Purge(People.Contacts, _gone);
        await SetAsync("P-1", "first_name", "New");

        await SyncAsync();
        await SyncAsync();

        Assert.Equal("New", InCrm("P-1", "first_name"));
        Assert.Equal(2, CountInCrm);
        await RestsAsync();
    }

    private async Task GoneAsync(string crm, GoneFromCrm rule)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromCrm = rule } });
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2");
        await SyncAsync();
        await SyncAsync();
        _gone = RecordOf("P-1");
        World.Screen.Delete(People.Contacts, _gone);
    }
}
