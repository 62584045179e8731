using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Somebody edits the mapping file between two cycles.</summary>
public sealed class MappingEditTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Added_field_is_met_for_the_first_time_and_the_others_keep_their_past(string crm)
    {
        await LoadedAsync(crm);
        await SetAsync("P-1", "city", "Bern");
        await SetAsync("P-2", "phone", "W");
        Edit("P-2", ("phone", "C"));

        Mapping = People.With(People.Field("city", FieldOwner.Warehouse));
        var report = await SyncAsync(new CycleRequest("push"));

        Assert.Equal("Bern", InCrm("P-1", "city"));
        Assert.Equal(1, report.Result.Conflicts);
        Assert.Equal("1", Assert.Single(await ConflictsAsync()).BaseWarehouse.Text);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Removed_field_is_written_no_more(string crm)
    {
        await LoadedAsync(crm);

        Mapping = Mapping with { Fields = [.. Mapping.Fields.Where(f => f.Warehouse != "first_name")] };
        await SetAsync("P-1", "first_name", "New");
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();

        Assert.Equal((null, "2"), (InCrm("P-1", "first_name"), InCrm("P-1", "phone")));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Field_that_gets_another_owner_follows_it_at_once(string crm)
    {
        await LoadedAsync(crm);

        Mapping = People.With(People.Field("phone", FieldOwner.Crm));
        await SetAsync("P-1", "phone", "W");
        await SyncAsync();
        Assert.Equal(("1", "1"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Equal(["warehouse|phone|W"], await LossesAsync());
        await RestsAsync();

        Mapping = People.With(People.Field("phone", FieldOwner.Warehouse));
        await SetAsync("P-1", "phone", "W");
        await SyncAsync();
        Assert.Equal("W", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Field_that_becomes_shared_asks_only_where_both_sides_moved()
    {
        await LoadedAsync(People.HubSpot, p => p.With(p.Field("phone", FieldOwner.Warehouse)));

        Mapping = People.Mapping;
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();

        Assert.Equal("2", InCrm("P-1", "phone"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Removed_field_does_not_trip_the_guard()
    {
        await LoadedAsync(People.HubSpot, p => p.Mapping with { Guard = new Guard { MaxChanges = new Cap(1, IsPercent: false) } });

        Mapping = Mapping with { Fields = [.. Mapping.Fields.Where(f => f.Warehouse != "first_name")] };
        var report = await SyncAsync();

        Assert.Equal(("ok", null), (report.Result.Outcome, report.Result.Message));
        await RestsAsync();
    }

    [Fact]
    public async Task Cycle_that_the_guard_halts_after_an_edit_reads_everything_again()
    {
        await LoadedAsync(People.HubSpot, p => p.Mapping with { Guard = new Guard { MaxChanges = new Cap(1, IsPercent: false) } });
        World.Time.Advance(TimeSpan.FromHours(3));
        await SyncAsync(new CycleRequest("sync"));
        await World.SqlAsync("update people set city = 'Bern', updated_at = clock_timestamp() - interval '3 hours'");

        Mapping = Mapping with { Fields = [.. Mapping.Fields, People.Field("city", FieldOwner.Warehouse)] };
        var held = await SyncAsync(new CycleRequest("sync"));
        Assert.Contains("max_changes", held.Result.Message, StringComparison.Ordinal);

        await SyncAsync(new CycleRequest("sync") { Approved = true });
        Assert.Equal(("Bern", "Bern", "Bern"), (InCrm("P-1", "city"), InCrm("P-2", "city"), InCrm("P-3", "city")));
        await RestsAsync();
    }

    [Fact]
    public async Task Question_about_a_removed_field_is_closed()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "W");
        Edit("P-1", ("phone", "C"));
        await SyncAsync();
        Assert.Single(await ConflictsAsync());

        Mapping = Mapping with { Fields = [.. Mapping.Fields.Where(f => f.Warehouse != "phone")] };
        await SyncAsync();

        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    private async Task LoadedAsync(string crm, Func<People, Mapping>? mapping = null)
    {
        await BeginAsync(crm, mapping);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        await AddAsync("P-3", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
    }
}
