using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Integration.Cycles;

/// <summary>The state is restored from an older backup: it must be noticed, and nothing may be concluded from what it remembers.</summary>
public sealed class RestoreTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Restored_state_is_noticed_once_and_what_was_in_step_stays_untouched(string crm)
    {
        await LoadedAsync(crm);
        await Backup.MakeAsync(World);
        await SetAsync("P-1", "phone", "2");
        await SetAsync("P-1", "first_name", "New");
        Edit("P-2", ("phone", "typed"));
        await AddAsync("P-3", ("phone", "3"));
        await SyncAsync();
        await SyncAsync();
        var (writes, rows) = (World.Screen.Writes, await WarehouseAsync());

        await Backup.RestoreAsync(World);
        var report = await SyncAsync();

        Assert.Contains("everything was compared", report.Result.Message, StringComparison.Ordinal);
        Assert.Equal((writes, 3), (World.Screen.Writes, CountInCrm));
        Assert.Equal(rows, await WarehouseAsync());
        Assert.Equal(["P-1|linked", "P-2|linked", "P-3|linked"], await World.RowsAsync("select key, state from retl.pairs order by key"));
        Assert.Null((await SyncAsync()).Result.Message);
        await RestsAsync();
        Assert.Empty(await ConflictsAsync());
    }

    // With the old base it would look as if only the CRM had moved, and the edit in the warehouse would be gone without a word.
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Value_that_came_back_to_an_old_base_is_not_taken_for_unmoved(string crm)
    {
        await LoadedAsync(crm);
        await Backup.MakeAsync(World);
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "phone", "1");

        await Backup.RestoreAsync(World);
        await SyncAsync();

        Assert.Equal(("1", "2"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Equal(ConflictKind.Seed, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
        await ResolveAsync(ResolutionChoice.Warehouse);
        await SyncAsync();
        Assert.Equal("1", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Difference_in_an_owned_field_goes_by_its_owner()
    {
        await LoadedAsync(People.HubSpot);
        await Backup.MakeAsync(World);
        await SetAsync("P-1", "first_name", "Then");
        await SyncAsync();
        await SetAsync("P-1", "first_name", "Now");

        await Backup.RestoreAsync(World);
        await SyncAsync();

        Assert.Equal("Now", InCrm("P-1", "first_name"));
        await RestsAsync();
    }

    [Fact]
    public async Task Nothing_is_deleted_before_everything_was_compared()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete } });
        await AddAsync("P-1");
        await AddAsync("P-2");
        await AddAsync("P-3");
        await SyncAsync();
        await SyncAsync();
        await Backup.MakeAsync(World);
        await SyncAsync();
        await RemoveAsync("P-1");

        await Backup.RestoreAsync(World);
        Assert.Equal(0, (await SyncAsync()).Result.Deleted);
        Assert.Equal(3, CountInCrm);

        Assert.Equal(1, (await SyncAsync()).Result.Deleted);
        Assert.Equal(2, CountInCrm);
        await RestsAsync();
    }

    [Fact]
    public async Task Write_that_was_in_flight_at_the_backup_is_not_judged_by_what_is_there_now()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "2");
        World.Site.Inject(new Fault(FaultKind.ResetAfter, "POST", "/batch/update", Times: 5));
        await SyncAsync();
        Assert.Equal("1", await World.ValueAsync("select count(*) from retl.intent"));
        await Backup.MakeAsync(World);
        World.Site.Handle(new SandboxRequest("DELETE", "/_sandbox/faults", new Dictionary<string, string>(), []));
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();
        await SyncAsync();
        Edit("P-1", ("phone", "3"));
        await SyncAsync();
        await SetAsync("P-1", "phone", "2");

        await Backup.RestoreAsync(World);
        await SyncAsync();

        Assert.Equal(("2", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Equal(ConflictKind.Seed, Assert.Single(await ConflictsAsync()).Kind);
        Assert.Equal("0", await World.ValueAsync("select count(*) from retl.intent"));
        await RestsAsync();
    }

    [Fact]
    public async Task Comparison_that_broke_off_is_begun_again()
    {
        await LoadedAsync(People.HubSpot);
        await Backup.MakeAsync(World);
        await SyncAsync();
        await Backup.RestoreAsync(World);
        var whole = World.Crm;
        World.Crm = new CountingCrm(whole) { OnPage = _ => throw new PortException(PortTrouble.Unavailable, "gone") };
        await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        Assert.Equal("True", await World.ValueAsync("select needs_comparison from retl.freshness"));

        World.Crm = whole;
        Assert.Contains("everything was compared", (await SyncAsync()).Result.Message, StringComparison.Ordinal);
        Assert.Equal("False", await World.ValueAsync("select needs_comparison from retl.freshness"));
        await RestsAsync();
    }

    [Fact]
    public async Task Cycles_that_fail_stop_or_only_plan_raise_no_false_alarm()
    {
        await LoadedAsync(People.HubSpot);
        var whole = World.Crm;
        World.Crm = new CountingCrm(whole) { OnPage = _ => throw new PortException(PortTrouble.Unavailable, "gone") };
        await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        World.Crm = whole;
        await PlanAsync();
        await World.SqlAsync("update retl.mapping set last_run = last_run + 1");

        Assert.Null((await SyncAsync()).Result.Message);
        Assert.Equal("False", await World.ValueAsync("select needs_comparison from retl.freshness"));
        await RestsAsync();
    }

    [Fact]
    public async Task Plan_over_a_restored_state_tells_and_leaves_the_alarm_to_the_cycle()
    {
        await LoadedAsync(People.HubSpot);
        await Backup.MakeAsync(World);
        await SyncAsync();
        await Backup.RestoreAsync(World);

        Assert.Contains("everything was compared", (await PlanAsync()).Result.Message, StringComparison.Ordinal);
        Assert.Equal("False", await World.ValueAsync("select needs_comparison from retl.freshness"));
        Assert.Contains("everything was compared", (await SyncAsync()).Result.Message, StringComparison.Ordinal);
        await RestsAsync();
    }

    [Fact]
    public async Task Another_state_in_the_place_of_the_first_is_noticed()
    {
        await LoadedAsync(People.HubSpot);
        await World.SqlAsync("update retl.identity set id = gen_random_uuid()");

        Assert.Contains("everything was compared", (await SyncAsync()).Result.Message, StringComparison.Ordinal);
        await RestsAsync();
    }

    [Fact]
    public async Task Warehouse_where_no_table_may_be_made_goes_without_an_anchor()
    {
        await LoadedAsync(People.HubSpot);
        await World.SqlAsync("drop schema crm_landing cascade");
        await World.SqlAsync(
            """
            create role clerk login; grant usage on schema public to clerk; grant select, update on people to clerk;
            """);
        var whole = World.Warehouse;
        World.Warehouse = Warehouses.WarehouseFactory.Create(new Warehouses.WarehouseSettings("postgres", $"{World.Database.ConnectionString};Username=clerk"));
        Edit("P-1", ("phone", "typed"));

        await SyncAsync();
        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        await RestsAsync();
        await World.Warehouse.DisposeAsync();
        World.Warehouse = whole;
        await World.SqlAsync("drop owned by clerk; drop role clerk");
    }

    [Fact]
    public async Task Mapping_that_only_pushes_leaves_the_warehouse_alone()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Fields = [.. p.Mapping.Fields.Where(f => f.Owner is FieldOwner.Warehouse)] });
        await AddAsync("P-1");
        await SyncAsync();
        Assert.Equal("0", await World.ValueAsync("select count(*) from information_schema.schemata where schema_name = 'crm_landing'"));
        await RestsAsync();
    }

    private async Task LoadedAsync(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
    }
}
