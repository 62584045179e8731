using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

public sealed class ReferenceTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Parents_that_sort_after_their_children_are_there_first(string crm)
    {
        await BeginAsync(crm, p => p.Accounts);
        World.Options = World.Options with { BatchSize = 2 };
        await AddAccountAsync("A-1", "A-9");
        await AddAccountAsync("A-2", "A-1");
        await AddAccountAsync("A-3", "A-2");
        await AddAccountAsync("A-9");

        var report = await SyncAsync();

        Assert.Equal((4, 0), (report.Result.Created, report.Result.Held));
        Assert.Equal(Account("A-9"), World.Screen.Value(People.Companies, Account("A-1"), People["parent_id"]));
        Assert.Equal(Account("A-1"), World.Screen.Value(People.Companies, Account("A-2"), People["parent_id"]));
        Assert.Equal(Account("A-2"), World.Screen.Value(People.Companies, Account("A-3"), People["parent_id"]));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Children_of_another_mapping_wait_until_the_parent_is_linked(string crm)
    {
        await BeginAsync(crm, p => p.PeopleOfAccounts);
        await AddAccountAsync("A-1");
        await AddAsync("P-1", ("account_id", "A-1"));
        await AddAsync("P-2");

        var waiting = await SyncAsync();
        Assert.Contains(new HeldRecord("P-1", "waiting_for_reference"), waiting.Held);
        Assert.Equal(1, CountInCrm);
        await RestsAsync();

        await World.SyncAsync(People.Accounts);
        await SyncAsync(new CycleRequest("push"));

        Assert.Equal(Account("A-1"), InCrm("P-1", "account_id"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Plan_of_children_goes_by_what_the_plan_of_their_parents_foresees(string crm)
    {
        await BeginAsync(crm, p => p.PeopleOfAccounts);
        await AddAccountAsync("A-1");
        await AddAsync("P-1", ("account_id", "A-1"));
        await AddAsync("P-2", ("account_id", "A-2"));
        var plan = new CycleRequest("plan") { FullWarehouse = true, DryRun = true };

        var parents = await World.SyncAsync(People.Accounts, plan);
        var children = await World.SyncAsync(Mapping, plan with
        {
            Foreseen = new Dictionary<string, IReadOnlyDictionary<string, string>> { [People.Accounts.Name] = parents.Foreseen },
        });

        Assert.Equal(["A-1"], parents.Foreseen.Keys);
        Assert.Equal(("P-1", "create"), Assert.Single(children.Changes.Select(c => (c.Key, c.Action))));
        Assert.Equal(parents.Foreseen["A-1"], children.Changes[0].Fields.Single(f => f.Field == People["account_id"]).After.Text);
        Assert.Equal([new HeldRecord("P-2", "waiting_for_reference")], children.Held);
    }

    [Fact]
    public async Task Dangling_parent_holds_the_row_and_nothing_else()
    {
        await BeginAsync(People.HubSpot, p => p.Accounts);
        await AddAccountAsync("A-1", "nowhere");
        await AddAccountAsync("A-2");

        var report = await SyncAsync();

        Assert.Equal((1, 1), (report.Result.Created, report.Result.Held));
        Assert.Equal("attention", report.Result.Outcome);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Linked_row_moves_to_a_parent_that_is_linked_later(string crm)
    {
        await BeginAsync(crm, p => p.PeopleOfAccounts);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();

        await SetAsync("P-1", "account_id", "A-1");
        await SetAsync("P-1", "phone", "2");
        var waits = await SyncAsync();
        Assert.Equal("2", InCrm("P-1", "phone"));
        Assert.Equal(1, waits.Result.Held);

        await AddAccountAsync("A-1");
        await World.SyncAsync(People.Accounts);
        await SyncAsync();

        Assert.Equal(Account("A-1"), InCrm("P-1", "account_id"));
        await RestsAsync();
    }

    [Fact]
    public async Task Rows_that_wait_do_not_keep_a_decision_from_being_carried_out()
    {
        await BeginAsync(People.HubSpot, p => p.PeopleOfAccounts);
        World.Options = World.Options with { BatchSize = 2 };
        await AddAsync("P-1", ("phone", "1"));
        foreach (var id in new[] { "P-2", "P-3", "P-4" })
        {
            await AddAsync(id, ("account_id", "nowhere"));
        }

        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "phone", "2");
        Edit("P-1", ("phone", "3"));
        await SyncAsync();
        await ResolveAsync(Core.Planning.ResolutionChoice.Warehouse);
        await SyncAsync(new CycleRequest("push"));

        Assert.Equal("2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    private string Account(string id) => World.Screen.IdOf(People.Companies, People["id"], id);
}
