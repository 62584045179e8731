using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A decision is about what the person was shown; when that has changed it is void, and the question is asked anew.</summary>
public sealed class DecisionTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Deletion_agreed_to_before_another_edit_is_not_carried_out(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete } });
        await LoadAsync();
        await RemoveAsync("P-1");
        Edit("P-1", ("phone", "3"));
        await SyncAsync();
        var first = Assert.Single(await ConflictsAsync());
        await ResolveAsync(ResolutionChoice.Warehouse);
        Edit("P-1", ("phone", "4"));

        await SyncAsync();

        Assert.Equal((3, "4"), (CountInCrm, InCrm("P-1", "phone")));
        var again = Assert.Single(await ConflictsAsync());
        Assert.Equal((ConflictKind.DeleteVsEdit, null), (again.Kind, again.Resolution));
        Assert.NotEqual(first.Id, again.Id);
        Assert.Contains("asked anew", await DecideAsync(first.Id));
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Warehouse);
        await SyncAsync();
        Assert.Equal(2, CountInCrm);
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Answer_to_a_question_about_older_values_is_refused(string crm)
    {
        await BeginAsync(crm);
        await LoadAsync();
        await SetAsync("P-1", "phone", "2");
        Edit("P-1", ("phone", "3"));
        await SyncAsync();
        var first = Assert.Single(await ConflictsAsync());
        Edit("P-1", ("phone", "4"));
        await SyncAsync();

        Assert.Contains("asked anew", await DecideAsync(first.Id));
        var again = Assert.Single(await ConflictsAsync());
        Assert.Equal(("2", "4"), (again.Warehouse.Text, again.Crm.Text));
        await ResolveAsync(ResolutionChoice.Crm);
        await SyncAsync();
        Assert.Equal("4", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    private async Task LoadAsync()
    {
        foreach (var id in new[] { "P-1", "P-2", "P-3" })
        {
            await AddAsync(id, ("phone", "1"));
        }

        await SyncAsync();
        await SyncAsync();
    }

    private Task<string?> DecideAsync(long conflict) => World.State.Reports.ResolveAsync(
        conflict, new Resolution(ResolutionChoice.Warehouse, null, "tess"), World.Time.GetUtcNow(), CancellationToken.None);
}
