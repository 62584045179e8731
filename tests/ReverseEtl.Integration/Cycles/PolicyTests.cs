using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Both sides of a shared field moved to different values.</summary>
public sealed class PolicyTests : Scenario
{
    [Theory]
    [InlineData(People.HubSpot, 60, "W")]
    [InlineData(People.HubSpot, -60, "C")]
    [InlineData(People.Salesforce, 60, "W")]
    [InlineData(People.Salesforce, -60, "C")]
    public async Task Newest_wins(string crm, int minutesLater, string winner)
    {
        await BothEditedAsync(crm, "phone", ConflictPolicy.NewestWins, "1", "W", "C", TimeSpan.FromMinutes(minutesLater));

        await SyncAsync();

        await BothSidesAsync("phone", winner);
        Assert.Equal([winner == "W" ? $"crm|{People["phone"]}|C" : "warehouse|phone|W"], await LossesAsync());
    }

    // The record's own time moves with everything that happens to it; a history tells of the field alone.
    [Theory]
    [InlineData(People.HubSpot, "W")]
    [InlineData(People.Salesforce, "C")]
    public async Task Newest_wins_goes_by_the_time_of_the_field_where_the_CRM_tells_it(string crm, string winner)
    {
        await BothEditedAsync(crm, "phone", ConflictPolicy.NewestWins, "1", "W", "C", TimeSpan.FromMinutes(60));
        World.Time.Advance(TimeSpan.FromMinutes(90));
        World.Screen.Edit(People.Contacts, RecordOf("P-1"), (crm is People.HubSpot ? "city" : "MailingCity", "Oslo"));

        await SyncAsync();

        await BothSidesAsync("phone", winner);
        Assert.Equal([winner == "W" ? $"crm|{People["phone"]}|C" : "warehouse|phone|W"], await LossesAsync());
    }

    [Theory]
    [InlineData(People.HubSpot, ConflictPolicy.WarehouseWins, "W")]
    [InlineData(People.HubSpot, ConflictPolicy.CrmWins, "C")]
    [InlineData(People.Salesforce, ConflictPolicy.WarehouseWins, "W")]
    [InlineData(People.Salesforce, ConflictPolicy.CrmWins, "C")]
    public async Task Named_side_wins_and_the_other_value_is_recorded(string crm, ConflictPolicy policy, string winner)
    {
        await BothEditedAsync(crm, "phone", policy, "1", "W", "C");

        var report = await SyncAsync();

        await BothSidesAsync("phone", winner);
        Assert.Equal(1, report.Result.Losses);
        Assert.Equal([winner == "W" ? $"crm|{People["phone"]}|C" : "warehouse|phone|W"], await LossesAsync());
    }

    [Theory]
    [InlineData(null, "C", "C")]
    [InlineData("W", null, "W")]
    public async Task Prefer_nonblank_takes_the_side_that_has_a_value(string? warehouse, string? crmValue, string winner)
    {
        await BothEditedAsync(People.HubSpot, "phone", ConflictPolicy.PreferNonblank, "1", warehouse, crmValue);

        await SyncAsync();

        await BothSidesAsync("phone", winner);
    }

    [Fact]
    public async Task Prefer_nonblank_asks_where_both_have_a_value()
    {
        await BothEditedAsync(People.HubSpot, "phone", ConflictPolicy.PreferNonblank, "1", "W", "C");

        await SyncAsync();

        Assert.Single(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [InlineData(ConflictPolicy.Max, "9", "10", "10")]
    [InlineData(ConflictPolicy.Max, "12", "10", "12")]
    [InlineData(ConflictPolicy.Min, "9", "10", "9")]
    [InlineData(ConflictPolicy.Min, "12", "10", "10")]
    public async Task Larger_or_smaller_number_wins(ConflictPolicy policy, string warehouse, string crmValue, string winner)
    {
        await BothEditedAsync(People.HubSpot, "lead_score", policy, "1", warehouse, crmValue);

        await SyncAsync();

        await BothSidesAsync("lead_score", winner);
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Union_joins_the_additions_and_removals_of_both_sides(string crm)
    {
        await BothEditedAsync(crm, "interests", ConflictPolicy.Union, "{analytics,support}", "{analytics,training}", "analytics;automation;support");

        await SyncAsync();

        Assert.Equal("analytics;automation;training", string.Join(';', InCrm("P-1", "interests")!.Split(';').Order(StringComparer.Ordinal)));
        Assert.Equal("analytics,automation,training", await World.ValueAsync("select string_agg(i, ',' order by i) from people, unnest(interests) i"));
        await RestsAsync();
    }

    [Fact]
    public async Task Append_keeps_what_both_sides_added()
    {
        await BothEditedAsync(People.HubSpot, "job_title", ConflictPolicy.Append, "log", "log w", "log c");

        await SyncAsync();

        await BothSidesAsync("job_title", "log w c");
    }

    [Fact]
    public async Task Append_asks_where_a_side_changed_what_was_there()
    {
        await BothEditedAsync(People.HubSpot, "job_title", ConflictPolicy.Append, "log", "log w", "lag");

        await SyncAsync();

        Assert.Single(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Edit_of_one_side_travels_to_the_other(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"), ("job_title", "a"));
        await SyncAsync();

        await SetAsync("P-1", "phone", "2");
        Edit("P-1", ("job_title", "b"));
        await SyncAsync();

        await BothSidesAsync("phone", "2");
        await BothSidesAsync("job_title", "b");
        Assert.Empty(await LossesAsync());
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Clearing_a_value_travels_as_an_edit(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"), ("job_title", "a"));
        await SyncAsync();

        await SetAsync("P-1", "phone", null);
        Edit("P-1", ("job_title", null));
        await SyncAsync();

        await BothSidesAsync("phone", null);
        await BothSidesAsync("job_title", null);
    }

    [Fact]
    public async Task Same_edit_on_both_sides_is_agreement()
    {
        await BothEditedAsync(People.HubSpot, "phone", ConflictPolicy.Review, "1", "2", "2");
        var writes = World.Screen.Writes;

        var report = await SyncAsync();

        Assert.Equal((0, writes), (report.Result.Conflicts, World.Screen.Writes));
        await SetAsync("P-1", "phone", "3");
        await SyncAsync();
        await BothSidesAsync("phone", "3");
    }

    private async Task BothEditedAsync(
        string crm, string column, ConflictPolicy policy, string start, string? warehouse, string? crmValue, TimeSpan later = default)
    {
        await BeginAsync(crm, p => p.Shared(column, policy));
        await AddAsync("P-1", (column, start));
        await SyncAsync();
        await SyncAsync();
        Edit("P-1", (column, crmValue));
        await SetAsync("P-1", column, warehouse, World.Time.GetUtcNow() + later);
    }

    private async Task BothSidesAsync(string column, string? value)
    {
        Assert.Equal(value, InCrm("P-1", column));
        Assert.Equal(value, await RowAsync("P-1", column));
        await RestsAsync();
    }
}
