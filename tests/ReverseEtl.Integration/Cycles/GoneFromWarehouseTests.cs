using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

public sealed class GoneFromWarehouseTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Kept_record_stays_as_it_is_and_is_no_longer_kept_in_step(string crm)
    {
        await GoneAsync(crm, GoneFromWarehouse.Keep);

        await SyncAsync();
        Edit("P-1", ("phone", "9"));
        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Null(await RowAsync("P-1", "id"));
        Assert.Equal("gone_from_warehouse", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Restored_row_is_linked_again_without_a_duplicate(string crm)
    {
        await GoneAsync(crm, GoneFromWarehouse.Keep);
        await SyncAsync();

        await AddAsync("P-1", ("phone", "1"), ("first_name", "Back"));
        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Equal("Back", InCrm("P-1", "first_name"));
        Assert.Equal("linked", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Theory]
    [InlineData(People.HubSpot, GoneFromWarehouse.Archive)]
    [InlineData(People.HubSpot, GoneFromWarehouse.Delete)]
    [InlineData(People.Salesforce, GoneFromWarehouse.Archive)]
    [InlineData(People.Salesforce, GoneFromWarehouse.Delete)]
    public async Task Record_goes_with_its_row(string crm, GoneFromWarehouse rule)
    {
        await GoneAsync(crm, rule);

        var report = await SyncAsync();

        Assert.Equal((1, 1), (report.Result.Deleted, CountInCrm));
        Assert.Null(await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Row_that_returns_after_its_record_went_gets_a_new_one(string crm)
    {
        await GoneAsync(crm, GoneFromWarehouse.Delete);
        await SyncAsync();

        await AddAsync("P-1");
        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Equal("linked", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Nothing_is_deleted_before_the_tombstone_is_old_enough()
    {
        await GoneAsync(People.HubSpot, GoneFromWarehouse.Delete);
        World.Options = World.Options with { TombstoneAge = TimeSpan.FromDays(1) };

        await SyncAsync();
        World.Time.Advance(TimeSpan.FromHours(23));
        await SyncAsync();
        Assert.Equal(2, CountInCrm);

        World.Time.Advance(TimeSpan.FromHours(1));
        var report = await SyncAsync(new CycleRequest("pull") { Push = false });
        Assert.Equal((1, 1), (report.Result.Deleted, CountInCrm));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_returns_in_time_saves_its_record()
    {
        await GoneAsync(People.HubSpot, GoneFromWarehouse.Delete);
        World.Options = World.Options with { TombstoneAge = TimeSpan.FromDays(1) };
        await SyncAsync();

        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        World.Time.Advance(TimeSpan.FromDays(2));
        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Equal("linked", await PairStateAsync("P-1"));
        Assert.Equal("0", await World.ValueAsync("select count(*) from retl.tombstone"));
        await RestsAsync();
    }

    [Theory]
    [InlineData(ResolutionChoice.Warehouse, 1)]
    [InlineData(ResolutionChoice.Crm, 2)]
    [InlineData(ResolutionChoice.Ignore, 2)]
    public async Task Person_decides_where_the_rule_is_review(ResolutionChoice choice, int left)
    {
        await GoneAsync(People.HubSpot, GoneFromWarehouse.Review);
        await SyncAsync();
        Assert.Equal(ConflictKind.GoneFromWarehouse, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();

        await ResolveAsync(choice);
        await SyncAsync();

        Assert.Equal(left, CountInCrm);
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
        Assert.Empty(await ConflictsAsync());
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_was_edited_is_not_deleted_but_asked_about(string crm)
    {
        await GoneAsync(crm, GoneFromWarehouse.Delete);
        Edit("P-1", ("phone", "typed"));

        await SyncAsync();

        Assert.Equal(2, CountInCrm);
        Assert.Equal(ConflictKind.DeleteVsEdit, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
    }

    [Fact]
    public async Task Question_turns_into_the_other_when_the_record_is_edited_meanwhile()
    {
        await GoneAsync(People.HubSpot, GoneFromWarehouse.Review);
        await SyncAsync();

        Edit("P-1", ("phone", "typed"));
        await SyncAsync();

        Assert.Equal(ConflictKind.DeleteVsEdit, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
    }

    [Fact]
    public async Task Question_closes_when_the_row_returns()
    {
        await GoneAsync(People.HubSpot, GoneFromWarehouse.Review);
        await SyncAsync();

        await AddAsync("P-1", ("phone", "2"));
        await SyncAsync();

        Assert.Empty(await ConflictsAsync());
        Assert.Equal("2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Pair_gone_from_both_sides_is_forgotten()
    {
        await GoneAsync(People.HubSpot, GoneFromWarehouse.Delete);
        World.Screen.Delete(People.Contacts, RecordOf("P-1"));
        var writes = World.Screen.Writes;

        await SyncAsync();

        Assert.Null(await PairStateAsync("P-1"));
        Assert.Equal(writes, World.Screen.Writes);
        await RestsAsync();
    }

    private async Task GoneAsync(string crm, GoneFromWarehouse rule)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromWarehouse = rule } });
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2");
        await SyncAsync();
        await SyncAsync();
        await RemoveAsync("P-1");
    }
}
