using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A conflict that a person decides.</summary>
public sealed class ReviewTests : Scenario
{
    [Theory]
    [InlineData(People.HubSpot, ResolutionChoice.Warehouse, "W", "W")]
    [InlineData(People.HubSpot, ResolutionChoice.Crm, "C", "C")]
    [InlineData(People.HubSpot, ResolutionChoice.Value, "V", "V")]
    [InlineData(People.HubSpot, ResolutionChoice.Ignore, "W", "C")]
    [InlineData(People.Salesforce, ResolutionChoice.Warehouse, "W", "W")]
    [InlineData(People.Salesforce, ResolutionChoice.Crm, "C", "C")]
    [InlineData(People.Salesforce, ResolutionChoice.Value, "V", "V")]
    [InlineData(People.Salesforce, ResolutionChoice.Ignore, "W", "C")]
    public async Task Decision_is_carried_out_by_the_next_cycle(string crm, ResolutionChoice choice, string row, string record)
    {
        await ConflictAsync(crm);

        await ResolveAsync(choice, choice is ResolutionChoice.Value ? "V" : null);
        await SyncAsync(new CycleRequest("push"));

        Assert.Equal((row, record), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Field_left_apart_travels_again_when_a_side_moves()
    {
        await ConflictAsync(People.HubSpot);
        await ResolveAsync(ResolutionChoice.Ignore);
        await SyncAsync();

        await SetAsync("P-1", "phone", "W2");
        await SyncAsync();

        Assert.Equal("W2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Conflict_freezes_its_field_only()
    {
        await ConflictAsync(People.HubSpot);

        await SetAsync("P-1", "job_title", "Chief");
        await SyncAsync();

        Assert.Equal("Chief", InCrm("P-1", "job_title"));
        Assert.Equal(("W", "C"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Single(await ConflictsAsync());
        await RestsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Decision_about_values_that_moved_meanwhile_is_refused_and_asked_anew(bool inWarehouse)
    {
        await ConflictAsync(People.HubSpot);
        await ResolveAsync(ResolutionChoice.Warehouse);
        if (inWarehouse)
        {
            await SetAsync("P-1", "phone", "W2");
        }
        else
        {
            Edit("P-1", ("phone", "C2"));
        }

        await SyncAsync();

        var (row, record) = inWarehouse ? ("W2", "C") : ("W", "C2");
        Assert.Equal((row, record), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal((row, record, null), (asked.Warehouse.Text, asked.Crm.Text, asked.Resolution));
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Warehouse);
        await SyncAsync();
        Assert.Equal(row, InCrm("P-1", "phone"));
        Assert.Empty(await ConflictsAsync());
    }

    [Theory]
    [InlineData("C", null, "C")]
    [InlineData(null, "W", "W")]
    [InlineData("1", null, "C")]
    [InlineData(null, "1", "W")]
    public async Task Conflict_closes_when_the_sides_agree_or_one_returns_to_the_base(string? row, string? record, string outcome)
    {
        await ConflictAsync(People.HubSpot);
        if (row is not null)
        {
            await SetAsync("P-1", "phone", row);
        }

        if (record is not null)
        {
            Edit("P-1", ("phone", record));
        }

        await SyncAsync();

        Assert.Empty(await ConflictsAsync());
        Assert.Equal((outcome, outcome), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Equal([row == "C" || record == "W" ? "agreed" : "one side returned to the base"], await OutcomesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Open_conflict_shows_the_values_as_they_are_now()
    {
        await ConflictAsync(People.HubSpot);

        Edit("P-1", ("phone", "C2"));
        await SyncAsync();
        await SetAsync("P-1", "phone", "W2");
        await SyncAsync();

        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal(("1", "W2", "C2"), (asked.BaseWarehouse.Text, asked.Warehouse.Text, asked.Crm.Text));
        await RestsAsync();
    }

    private async Task ConflictAsync(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "phone", "W");
        Edit("P-1", ("phone", "C"));
        var report = await SyncAsync();
        Assert.Equal(1, report.Result.Conflicts);
        Assert.Equal(("W", "C"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
    }
}
