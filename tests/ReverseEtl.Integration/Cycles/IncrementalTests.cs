using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Cycles that read only what changed.</summary>
public sealed class IncrementalTests : Scenario
{
    private static readonly CycleRequest Lately = new("sync");

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Changed_rows_are_pushed_and_old_ones_are_not_looked_at(string crm)
    {
        await LoadedAsync(crm);
        await SetAsync("P-1", "first_name", "New");
        await World.SqlAsync("update people set first_name = 'Unstamped', updated_at = clock_timestamp() - interval '2 hours' where id = 'P-2'");

        await SyncAsync(Lately);
        Assert.Equal(("New", null), (InCrm("P-1", "first_name"), InCrm("P-2", "first_name")));

        World.Time.Advance(TimeSpan.FromDays(1));
        await SyncAsync(Lately);
        Assert.Equal("Unstamped", InCrm("P-2", "first_name"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Changed_records_are_pulled(string crm)
    {
        await LoadedAsync(crm);
        World.Time.Advance(TimeSpan.FromHours(3));
        await SyncAsync(Lately);
        Edit("P-2", ("phone", "typed"));

        await SyncAsync(new CycleRequest("pull") { Push = false });

        Assert.Equal("typed", await RowAsync("P-2", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task New_row_and_deleted_record_are_seen_without_a_full_read(string crm)
    {
        await LoadedAsync(crm);
        await AddAsync("P-9");
        World.Screen.Delete(People.Contacts, RecordOf("P-1"));

        await SyncAsync(Lately);

        Assert.Equal(2, CountInCrm);
        Assert.Equal(("gone_from_crm", "linked"), (await PairStateAsync("P-1"), await PairStateAsync("P-9")));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_committed_late_is_found_within_the_overlap()
    {
        await LoadedAsync(People.HubSpot);
        await SyncAsync(Lately);
        await World.SqlAsync("update people set first_name = 'Late', updated_at = clock_timestamp() - interval '10 minutes' where id = 'P-1'");

        await SyncAsync(Lately);

        Assert.Equal("Late", InCrm("P-1", "first_name"));
        await RestsAsync();
    }

    [Fact]
    public async Task Record_that_the_index_shows_late_is_found_by_the_overlap()
    {
        await LoadedAsync(People.HubSpot);
        await SyncAsync(Lately);
        World.Screen.Switch("searchIndexLagSeconds", 240);
        Edit("P-1", ("phone", "typed"));
        await SyncAsync(Lately);
        Assert.Null(await RowAsync("P-1", "phone"));

        World.Time.Advance(TimeSpan.FromMinutes(5));
        await SyncAsync(Lately);

        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Record_that_commits_late_is_found_by_the_overlap()
    {
        await LoadedAsync(People.Salesforce);
        World.Screen.Switch("commitDelaySeconds", 300);
        Edit("P-1", ("phone", "typed"));
        await SyncAsync(Lately);
        World.Screen.Switch("commitDelaySeconds", 0);

        World.Time.Advance(TimeSpan.FromMinutes(6));
        await SyncAsync(Lately);

        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Undeleted_record_is_seen_without_a_full_read(string crm)
    {
        await LoadedAsync(crm);
        var record = RecordOf("P-1");
        World.Screen.Delete(People.Contacts, record);
        await SyncAsync(Lately);
        World.Time.Advance(TimeSpan.FromHours(3));
        await SyncAsync(Lately);

        World.Screen.Undelete(People.Contacts, record);
        await SyncAsync(Lately);

        Assert.Equal("linked", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_waits_for_its_parent_is_created_without_a_full_read()
    {
        await BeginAsync(People.HubSpot, p => p.PeopleOfAccounts);
        await AddAsync("P-1", ("account_id", "A-1"));
        await World.SqlAsync("update people set updated_at = clock_timestamp() - interval '2 hours'");
        await SyncAsync(Lately);
        await AddAccountAsync("A-1");
        await World.SyncAsync(People.Accounts);

        await SyncAsync(Lately);

        Assert.Equal(1, CountInCrm);
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_left_the_warehouse_is_noticed_by_the_daily_full_read()
    {
        await LoadedAsync(People.HubSpot);
        Mapping = Mapping with { Records = new RecordRules() };
        await RemoveAsync("P-1");
        await SyncAsync(Lately);
        Assert.Equal("linked", await PairStateAsync("P-1"));

        World.Time.Advance(TimeSpan.FromDays(1));
        await SyncAsync(Lately);

        Assert.Equal("gone_from_warehouse", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    // A record whose read is older than what is known must not settle the row that was to be pushed.
    [Fact]
    public async Task Change_of_the_row_survives_a_stale_read_of_the_record()
    {
        await LoadedAsync(People.HubSpot);
        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        await SetAsync("P-1", "phone", "2");
        crm.OnRead = record => record with { Version = record.Version - TimeSpan.FromHours(1) };
        await SyncAsync(new CycleRequest("push") { Pull = false, FullWarehouse = true });
        Assert.Null(InCrm("P-1", "phone"));

        crm.OnRead = record => record;
        await SyncAsync();

        Assert.Equal("2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    private async Task LoadedAsync(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1");
        await AddAsync("P-2");
        await SyncAsync();
        await SyncAsync();
    }
}
