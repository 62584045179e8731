using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>The side that does not own a field changed it.</summary>
public sealed class DriftTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Reverted_drift_in_the_CRM_is_a_recorded_loss_with_its_author(string crm)
    {
        await DriftedAsync(crm, DriftRule.Revert);

        var report = await SyncAsync();

        Assert.Equal("Ann", InCrm("P-1", "first_name"));
        Assert.Equal(1, report.Result.Losses);
        Assert.Equal([$"crm|{People["first_name"]}|Anna"], await LossesAsync());
        Assert.False(string.IsNullOrEmpty(await World.ValueAsync("select author from retl.losses")));
        await RestsAsync();
    }

    [Fact]
    public async Task Flagged_drift_is_asked_and_stands()
    {
        await DriftedAsync(People.HubSpot, DriftRule.Flag);

        await SyncAsync();

        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.Drift, "Ann", "Anna"), (asked.Kind, asked.Warehouse.Text, asked.Crm.Text));
        Assert.Equal("Anna", InCrm("P-1", "first_name"));
        await RestsAsync();
    }

    [Fact]
    public async Task Flagged_drift_closes_when_the_owner_writes_or_the_drift_is_taken_back()
    {
        await DriftedAsync(People.HubSpot, DriftRule.Flag);
        await SyncAsync();

        Edit("P-1", ("first_name", "Ann"));
        await SyncAsync();
        Assert.Empty(await ConflictsAsync());

        Edit("P-1", ("first_name", "Anna"));
        await SyncAsync();
        await SetAsync("P-1", "first_name", "Annika");
        await SyncAsync();

        Assert.Equal("Annika", InCrm("P-1", "first_name"));
        Assert.Empty(await ConflictsAsync());
        Assert.Equal([$"crm|{People["first_name"]}|Anna"], await LossesAsync());
        await RestsAsync();
    }

    [Theory]
    [InlineData(ResolutionChoice.Warehouse, "Ann")]
    [InlineData(ResolutionChoice.Ignore, "Anna")]
    public async Task Flagged_drift_is_decided_by_a_person(ResolutionChoice choice, string record)
    {
        await DriftedAsync(People.HubSpot, DriftRule.Flag);
        await SyncAsync();

        await ResolveAsync(choice);
        await SyncAsync();

        Assert.Equal(record, InCrm("P-1", "first_name"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Adopted_drift_stands_until_the_owner_changes_the_field(string crm)
    {
        await DriftedAsync(crm, DriftRule.Adopt);

        await SyncAsync();
        Assert.Equal("Anna", InCrm("P-1", "first_name"));
        Assert.Equal("Ann", await RowAsync("P-1", "first_name"));
        await RestsAsync();

        await SetAsync("P-1", "first_name", "Annika");
        await SyncAsync();
        Assert.Equal("Annika", InCrm("P-1", "first_name"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Drift_in_the_warehouse_of_a_field_that_the_CRM_owns_is_reverted(string crm)
    {
        await BeginAsync(crm, p => p.With(p.Field("city", FieldOwner.Crm)));
        await AddAsync("P-1");
        await SyncAsync();
        Edit("P-1", ("city", "Bern"));
        await SyncAsync();
        Assert.Equal("Bern", await RowAsync("P-1", "city"));

        await SetAsync("P-1", "city", "Basel");
        await SyncAsync();

        Assert.Equal("Bern", await RowAsync("P-1", "city"));
        Assert.Equal(["warehouse|city|Basel"], await LossesAsync());
        await RestsAsync();
    }

    private async Task DriftedAsync(string crm, DriftRule rule)
    {
        await BeginAsync(crm, p => p.With(p.Field("first_name", FieldOwner.Warehouse, drift: rule)));
        await AddAsync("P-1", ("first_name", "Ann"));
        await SyncAsync();
        await SyncAsync();
        Edit("P-1", ("first_name", "Anna"));
    }
}
