using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Links to records of another mapping, declared under <c>associations:</c>. HubSpot only: Salesforce has reference fields.</summary>
public sealed class AssociationTests : Scenario
{
    private const string PrimaryPath = "associations.companies.primary";

    [Fact]
    public async Task Link_is_made_with_its_record_and_follows_the_row()
    {
        await BeginLinkedAsync(Association.Primary);
        var report = await SyncAsync();

        Assert.Equal((1, 0), (report.Result.Created, report.Result.Held));
        Assert.Equal([$"{Company("A-1")} Primary"], Links("P-1"));
        await RestsAsync();

        await SetAsync("P-1", "account_id", "A-2");
        await SyncAsync();
        Assert.Equal([$"{Company("A-2")} Primary"], Links("P-1"));
        await RestsAsync();

        await SetAsync("P-1", "account_id", null);
        await SyncAsync();
        Assert.Empty(Links("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_whose_link_alone_changed_is_one_link_write_and_no_write_of_the_record()
    {
        await BeginLinkedAsync(Association.Plain);
        await SyncAsync();
        await SyncAsync();
        var counting = new CountingCrm(World.Crm);
        World.Crm = counting;

        await SetAsync("P-1", "account_id", "A-2");
        await SyncAsync(new CycleRequest("push"));

        var write = Assert.Single(counting.Done);
        Assert.Equal("associations.companies.default", Assert.Single(write.Fields).Field);
        Assert.Equal([Company("A-2")], Ends("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Link_waits_for_its_parent_and_the_record_does_not()
    {
        await BeginAsync(People.HubSpot, p => WithLink(p, Association.Primary));
        await AddAccountAsync("A-1");
        await AddAsync("P-1", ("account_id", "A-1"));

        var waiting = await SyncAsync();
        Assert.Equal(1, waiting.Result.Created);
        Assert.Contains(new HeldRecord("P-1", "waiting_for_reference"), waiting.Held);
        Assert.Empty(Links("P-1"));

        await World.SyncAsync(People.Accounts);
        await SyncAsync(new CycleRequest("push"));

        Assert.Equal([$"{Company("A-1")} Primary"], Links("P-1"));
        await RestsAsync();
    }

    [Theory]
    [InlineData(Association.Plain)]
    [InlineData(Association.Primary)]
    public async Task Links_that_people_made_stay(string type)
    {
        await BeginLinkedAsync(type);
        await SyncAsync();
        World.Screen.Associate(People.Contacts, RecordOf("P-1"), People.Companies, Company("A-3"));

        await SyncAsync(new CycleRequest("test") { FullWarehouse = true, FullCrm = true });
        await SetAsync("P-1", "account_id", "A-2");
        await SyncAsync();
        Assert.Equal(Sorted(Company("A-2"), Company("A-3")), Ends("P-1"));

        await SetAsync("P-1", "account_id", null);
        await SyncAsync();
        Assert.Equal([Company("A-3")], Ends("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Label_put_on_a_link_that_a_person_made_goes_and_the_link_stays()
    {
        await BeginLinkedAsync(Association.Primary);
        await SyncAsync();
        World.Screen.Associate(People.Contacts, RecordOf("P-1"), People.Companies, Company("A-2"));

        await SetAsync("P-1", "account_id", "A-2");
        await SyncAsync();
        Assert.Equal([$"{Company("A-2")} Primary"], Links("P-1"));
        await RestsAsync();

        await SetAsync("P-1", "account_id", "A-3");
        await SyncAsync();
        Assert.Equal(Sorted(Company("A-2"), $"{Company("A-3")} Primary"), Links("P-1"));
        await RestsAsync();

        await SetAsync("P-1", "account_id", null);
        await SyncAsync();
        Assert.Equal([Company("A-2")], Ends("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Primary_link_that_a_person_moved_is_taken_back_and_told_as_a_loss()
    {
        await BeginLinkedAsync(Association.Primary);
        await SyncAsync();
        World.Screen.Associate(People.Contacts, RecordOf("P-1"), People.Companies, Company("A-3"), "Primary");

        await SyncAsync(new CycleRequest("test") { FullWarehouse = true, FullCrm = true });

        Assert.Equal(Sorted($"{Company("A-1")} Primary", Company("A-3")), Links("P-1"));
        Assert.Equal([$"crm|{PrimaryPath}|{Company("A-3")}"], await LossesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Row_without_a_link_says_nothing_of_the_primary_link_of_a_person()
    {
        await BeginLinkedAsync(Association.Primary);
        await SetAsync("P-1", "account_id", null);
        await SyncAsync();
        World.Screen.Associate(People.Contacts, RecordOf("P-1"), People.Companies, Company("A-3"), "Primary");

        await SyncAsync(new CycleRequest("test") { FullWarehouse = true, FullCrm = true });

        Assert.Equal([$"{Company("A-3")} Primary"], Links("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Link_that_a_person_ended_is_made_again_at_the_next_full_look()
    {
        await BeginLinkedAsync(Association.Plain);
        await SyncAsync();
        World.Screen.Dissociate(People.Contacts, RecordOf("P-1"), People.Companies, Company("A-1"));

        await SyncAsync(new CycleRequest("test") { FullWarehouse = true, FullCrm = true });

        Assert.Equal([Company("A-1")], Ends("P-1"));
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Column_of_several_keys_makes_several_links()
    {
        await BeginLinkedAsync(Association.Plain, many: true);
        await SetAsync("P-1", "account_id", "A-2; A-1");
        await SyncAsync();
        Assert.Equal(Sorted(Company("A-1"), Company("A-2")), Ends("P-1"));
        await RestsAsync();

        await SetAsync("P-1", "account_id", "A-1;A-3");
        await SyncAsync();
        Assert.Equal(Sorted(Company("A-1"), Company("A-3")), Ends("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Of_several_links_those_go_that_the_row_drops_and_no_others()
    {
        await BeginLinkedAsync(Association.Plain, many: true);
        await AddAccountAsync("A-4");
        await World.SyncAsync(People.Accounts);
        await SetAsync("P-1", "account_id", "A-1;A-2;A-3");
        await SyncAsync();
        World.Screen.Associate(People.Contacts, RecordOf("P-1"), People.Companies, Company("A-4"));

        await SetAsync("P-1", "account_id", "A-3;A-1");
        await SyncAsync();
        Assert.Equal(Sorted(Company("A-1"), Company("A-3"), Company("A-4")), Ends("P-1"));
        await RestsAsync();

        await SetAsync("P-1", "account_id", null);
        await SyncAsync();
        Assert.Equal([Company("A-4")], Ends("P-1"));
        await RestsAsync();
    }

    [Theory]
    [InlineData(Association.Plain)]
    [InlineData(Association.Primary)]
    public async Task Link_that_the_CRM_refuses_is_a_reject_and_is_made_when_it_is_tried_again(string type)
    {
        await BeginLinkedAsync(type);
        await SyncAsync();
        var company = Company("A-2");
        World.Screen.Delete(People.Companies, company);
        await SetAsync("P-1", "account_id", "A-2");
        await SetAsync("P-1", "first_name", "New");

        var refused = await SyncAsync();

        var reject = Assert.Single(await RejectsAsync());
        Assert.Equal(("P-1", "reference", 1, 1L), (reject.Key, reject.Class, reject.Attempts, refused.Result.Rejected));
        Assert.Contains(company, reject.Reason, StringComparison.Ordinal);
        Assert.True(reject.NextAttemptAt > World.Time.GetUtcNow());

        World.Screen.Undelete(People.Companies, company);
        World.Time.Advance(reject.NextAttemptAt!.Value - World.Time.GetUtcNow() + TimeSpan.FromSeconds(1));
        await SyncAsync();
        await SyncAsync();

        Assert.Empty(await RejectsAsync());
        Assert.Equal([company], Ends("P-1"));
        Assert.Equal("New", InCrm("P-1", "first_name"));
        await RestsAsync();
    }

    [Fact]
    public async Task Of_several_links_the_refused_one_does_not_make_us_forget_those_that_were_made()
    {
        await BeginLinkedAsync(Association.Plain, many: true);
        await SyncAsync();
        World.Screen.Delete(People.Companies, Company("A-2"));
        var third = Company("A-3");
        await SetAsync("P-1", "account_id", "A-2;A-3");
        await SyncAsync();
        Assert.Equal([third], Ends("P-1"));
        Assert.Single(await RejectsAsync());

        await SetAsync("P-1", "account_id", null);
        await SyncAsync();

        Assert.Empty(Ends("P-1"));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Record_that_is_matched_keeps_its_links_and_gets_ours()
    {
        await BeginLinkedAsync(Association.Plain);
        var ann = Type(("email", "P-1@example.org"));
        World.Screen.Associate(People.Contacts, ann, People.Companies, Company("A-3"));

        var report = await SyncAsync();

        Assert.Equal(1, report.Result.Linked);
        Assert.Equal(Sorted(Company("A-1"), Company("A-3")), Ends("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Link_write_without_an_answer_is_planned_again_and_nothing_of_ours_is_left_over()
    {
        await BeginLinkedAsync(Association.Plain);
        await SyncAsync();
        await SyncAsync();
        var crm = World.Crm;
        World.Crm = new CountingCrm(crm) { OnResult = result => result with { Outcome = WriteOutcome.Unknown } };
        await SetAsync("P-1", "account_id", "A-2");
        await SyncAsync();
        Assert.Equal([Company("A-2")], Ends("P-1"));

        World.Crm = crm;
        await SetAsync("P-1", "account_id", "A-3");
        World.Time.Advance(World.Options.InFlightFence * 2);
        await SyncAsync();
        await SyncAsync();

        Assert.Equal([Company("A-3")], Ends("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Plan_shows_the_link_and_writes_nothing()
    {
        await BeginLinkedAsync(Association.Primary);
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "account_id", "A-2");
        var writes = World.Screen.Writes;

        var plan = await PlanAsync();

        var field = Assert.Single(Assert.Single(plan.Changes).Fields);
        Assert.Equal((PrimaryPath, Company("A-1"), Company("A-2")), (field.Field, field.Before.Text, field.After.Text));
        Assert.Equal(writes, World.Screen.Writes);
    }

    private static Mapping WithLink(People people, string type, bool many = false) =>
        Association.Resolve(people.With(Association.Line("account_id", "accounts", type, many)), [people.Accounts]);

    /// <summary>Three linked accounts, and one person of the first who is not in the CRM yet.</summary>
    private async Task BeginLinkedAsync(string type, bool many = false)
    {
        await BeginAsync(People.HubSpot, p => WithLink(p, type, many));
        foreach (var id in new[] { "A-1", "A-2", "A-3" })
        {
            await AddAccountAsync(id);
        }

        await World.SyncAsync(People.Accounts);
        await AddAsync("P-1", ("account_id", "A-1"));
    }

    private string Company(string id) => World.Screen.IdOf(People.Companies, People["id"], id);

    /// <summary>The companies of a person with their labels, in order.</summary>
    private IReadOnlyList<string> Links(string id) => World.Screen.Associated(People.Contacts, RecordOf(id), People.Companies);

    private IReadOnlyList<string> Ends(string id) => Sorted([.. Links(id).Select(link => link.Split(' ')[0])]);

    private static IReadOnlyList<string> Sorted(params string[] texts) => [.. texts.Order(StringComparer.Ordinal)];
}
