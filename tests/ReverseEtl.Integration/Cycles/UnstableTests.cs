using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Automations that disagree for ever, and people who only change their minds.</summary>
public sealed class UnstableTests : Scenario
{
    private const int Limit = 5;

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Workflow_that_changes_a_field_back_every_night_is_reverted_so_often_and_then_asked_about(string crm)
    {
        await LoadedAsync(crm);
        var before = World.Screen.Writes;
        for (var night = 0; night < Limit + 3; night++)
        {
            World.Time.Advance(TimeSpan.FromHours(23));
            Edit("P-1", ("first_name", "Flow"));
            await SyncAsync();
        }

        Assert.Equal(Limit, World.Screen.Writes - before);
        Assert.Equal((ConflictKind.Unstable, People["first_name"]), Assert.Single((await ConflictsAsync()).Select(c => (c.Kind, c.Field))));
        Assert.Equal("unstable", await World.ValueAsync("select kind from retl.conflicts"));

        // Only this field is frozen.
        await SetAsync("P-1", "last_name", "Other");
        await SyncAsync();
        Assert.Equal(("Flow", "Other"), (InCrm("P-1", "first_name"), InCrm("P-1", "last_name")));
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Warehouse);
        await SyncAsync();
        Assert.Equal("Real", InCrm("P-1", "first_name"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Job_and_workflow_that_take_turns_on_a_shared_field_are_asked_about(string crm)
    {
        await LoadedAsync(crm);
        for (var night = 0; night < Limit; night++)
        {
            World.Time.Advance(TimeSpan.FromHours(12));
            Edit("P-1", ("phone", "222"));
            await SyncAsync();
            World.Time.Advance(TimeSpan.FromHours(11));
            await SetAsync("P-1", "phone", "111");
            await SyncAsync();
        }

        Assert.Equal((ConflictKind.Unstable, People["phone"]), Assert.Single((await ConflictsAsync()).Select(c => (c.Kind, c.Field))));
        await RestsAsync();
        await ResolveAsync(ResolutionChoice.Crm);
        await SyncAsync();
        Assert.Equal(InCrm("P-1", "phone"), await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Job_that_takes_back_what_the_CRM_says_is_reverted_so_often_and_then_asked_about()
    {
        await BeginAsync(People.HubSpot, p => p.WithNewsletter);
        await AddAsync("P-1", ("newsletter", "true"));
        await SyncAsync();
        Edit("P-1", ("newsletter", "true"));
        await SyncAsync();
        await SyncAsync();
        long pulled = 0;
        for (var night = 0; night < Limit + 3; night++)
        {
            World.Time.Advance(TimeSpan.FromHours(23));
            await SetAsync("P-1", "newsletter", "false");
            pulled += (await SyncAsync()).Result.Pulled;
        }

        Assert.Equal(Limit, pulled);
        Assert.Equal(ConflictKind.Unstable, Assert.Single(await ConflictsAsync()).Kind);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Person_who_changes_a_value_to_and_fro_is_never_asked(string crm)
    {
        await LoadedAsync(crm);
        for (var i = 0; i < Limit * 3; i++)
        {
            Edit("P-1", ("phone", i % 2 == 0 ? "222" : "111"));
            await SyncAsync();
            Assert.Equal(i % 2 == 0 ? "222" : "111", await RowAsync("P-1", "phone"));
        }

        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    private async Task LoadedAsync(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "111"), ("first_name", "Real"));
        await SyncAsync();
        await SyncAsync();
    }
}
