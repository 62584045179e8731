using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A model that cannot be written: pulled values land beside it and wait for their echo.</summary>
public sealed class LandingTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Value_lands_once_waits_for_its_echo_and_is_adopted_when_the_model_shows_it(string crm)
    {
        await LoadedAsync(crm);
        Edit("P-1", ("phone", "typed"));

        var report = await SyncAsync();
        Assert.Equal(1, report.Result.Pulled);
        Assert.Equal(("typed", "1"), (await LandedAsync("phone"), await RowAsync("P-1", "phone")));
        await RestsAsync();
        Assert.Equal("typed", InCrm("P-1", "phone"));

        await SetAsync("P-1", "phone", "typed");
        await RestsAsync();
        await SetAsync("P-1", "phone", "3");
        await SyncAsync();
        Assert.Equal("3", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Value_that_the_model_never_shows_is_told_of_by_full_reads(string crm)
    {
        await LoadedAsync(crm);
        var full = new Engine.Cycles.CycleRequest("test") { FullWarehouse = true, FullCrm = true };
        Edit("P-1", ("phone", "typed"));
        await SyncAsync();
        Assert.Empty((await SyncAsync(full)).Held);

        World.Time.Advance(World.Options.EchoWithin + TimeSpan.FromHours(1));
        Assert.Equal(("P-1", "landed_not_shown"), Assert.Single((await SyncAsync(full)).Held.Select(h => (h.Key, h.Reason))));

        await SetAsync("P-1", "phone", "typed");
        await SyncAsync();
        Assert.Empty((await SyncAsync(full)).Held);
        await RestsAsync();
    }

    [Fact]
    public async Task Next_value_of_the_CRM_replaces_the_landed_one()
    {
        await LoadedAsync(People.HubSpot);
        Edit("P-1", ("phone", "first"));
        await SyncAsync();

        Edit("P-1", ("phone", "second"));
        await SyncAsync();

        Assert.Equal("second", await LandedAsync("phone"));
        await RestsAsync();
        await SetAsync("P-1", "phone", "first");
        await SyncAsync();
        Assert.Equal("second", InCrm("P-1", "phone"));
        await RestsAsync();
        await SetAsync("P-1", "phone", "second");
        await RestsAsync();
    }

    [Fact]
    public async Task Model_may_shape_a_value_that_the_CRM_owns()
    {
        await LoadedAsync(People.HubSpot);
        Edit("P-1", ("city", "bern"));
        await SyncAsync();

        await SetAsync("P-1", "city", "BERN");
        await SyncAsync();

        Assert.Equal("bern", InCrm("P-1", "city"));
        await RestsAsync();
        Edit("P-1", ("city", "basel"));
        await SyncAsync();
        Assert.Equal("basel", await LandedAsync("city"));
        await RestsAsync();
    }

    [Fact]
    public async Task Shared_value_that_both_sides_edit_while_it_is_landed_is_a_conflict()
    {
        await LoadedAsync(People.HubSpot);
        Edit("P-1", ("phone", "typed"));
        await SyncAsync();

        await SetAsync("P-1", "phone", "W");
        await SyncAsync();

        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal(("W", "typed"), (asked.Warehouse.Text, asked.Crm.Text));
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Warehouse);
        await SyncAsync();
        Assert.Equal("W", InCrm("P-1", "phone"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Value_given_by_a_person_lands_and_is_written()
    {
        await LoadedAsync(People.HubSpot);
        await SetAsync("P-1", "phone", "W");
        Edit("P-1", ("phone", "C"));
        await SyncAsync();

        await ResolveAsync(ResolutionChoice.Value, "V");
        await SyncAsync();

        Assert.Equal(("V", "V"), (InCrm("P-1", "phone"), await LandedAsync("phone")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
        await SetAsync("P-1", "phone", "V");
        await RestsAsync();
    }

    [Theory]
    [InlineData(GoneFromWarehouse.Keep)]
    [InlineData(GoneFromWarehouse.Delete)]
    public async Task New_record_lands_once_and_is_linked_when_the_model_shows_its_row(GoneFromWarehouse gone)
    {
        await LoadedAsync(People.HubSpot);
        Mapping = Mapping with { Records = new RecordRules { NewInCrm = NewRecord.Create, GoneFromWarehouse = gone } };
        var id = Type(("email", "new@example.org"), ("phone", "7"));

        var report = await SyncAsync();
        Assert.Equal(1, report.Result.Pulled);
        Assert.Equal("new@example.org|7", Assert.Single(await World.RowsAsync($"select email, phone from crm_landing.people where key = '{id}'")));
        await RestsAsync();
        Assert.Equal(2, CountInCrm);

        await World.SqlAsync($"insert into people (id, email, last_name, phone) select key, email, last_name, phone from crm_landing.people where key = '{id}'");
        await SyncAsync();
        Assert.Equal((id, "linked"), (Shown(id, "id"), await PairStateAsync(id)));
        await RestsAsync();
    }

    private Task<string?> LandedAsync(string column) => World.ValueAsync($"select {column} from crm_landing.people where key = 'P-1'");

    private async Task LoadedAsync(string crm)
    {
        await BeginAsync(crm, p => p.With(p.Field("city", FieldOwner.Crm)));
        Mapping = Mapping with { Warehouse = Mapping.Warehouse with { WriteTo = null } };
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
    }
}
