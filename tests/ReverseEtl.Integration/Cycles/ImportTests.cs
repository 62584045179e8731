using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Records that people made in the CRM.</summary>
public sealed class ImportTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task New_record_gets_a_row_under_its_id_and_carries_the_key(string crm)
    {
        await BeginAsync(crm, Create);
        await AddAsync("P-1");
        var id = Type(("email", "new@example.org"), ("first_name", "New"), ("phone", "7"));

        var report = await SyncAsync();

        Assert.Equal((1, 1), (report.Result.Created, report.Result.Pulled));
        Assert.Equal("New|7", string.Join('|', await RowAsync(id, "first_name"), await RowAsync(id, "phone")));
        Assert.Equal(id, Shown(id, "id"));
        await RestsAsync();

        await SetAsync(id, "first_name", "Later");
        await SyncAsync();
        Assert.Equal("Later", Shown(id, "first_name"));
        await RestsAsync();
    }

    [Fact]
    public async Task New_record_gets_the_key_that_the_table_makes()
    {
        await BeginAsync(People.HubSpot, Create);
        await World.SqlAsync("create sequence keys; alter table people alter id set default 'N-' || nextval('keys')");
        var id = Type(("email", "new@example.org"));

        await SyncAsync();

        Assert.Equal("N-1", Shown(id, "id"));
        Assert.Equal("new@example.org", await RowAsync("N-1", "email"));
        await RestsAsync();
    }

    [Fact]
    public async Task New_record_under_review_gets_a_row_when_a_person_says_so()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { NewInCrm = NewRecord.Review } });
        var id = Type(("email", "new@example.org"));
        await SyncAsync();
        Assert.Equal((ConflictKind.NewInCrm, id), Assert.Single(await ConflictsAsync()) is var asked ? (asked.Kind, asked.CrmId) : default);
        await RestsAsync();

        await ResolveAsync(ResolutionChoice.Crm);
        await SyncAsync();

        Assert.Equal(id, await RowAsync(id, "id"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task New_record_that_a_person_leaves_alone_is_not_asked_about_again()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { NewInCrm = NewRecord.Review } });
        Type(("email", "new@example.org"));
        await SyncAsync();

        await ResolveAsync(ResolutionChoice.Ignore);
        await SyncAsync();

        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
        Assert.Empty(await ConflictsAsync());
    }

    [Fact]
    public async Task Question_about_a_record_closes_when_a_row_takes_it()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { NewInCrm = NewRecord.Review } });
        var id = Type(("email", "P-1@example.org"));
        await SyncAsync();

        await AddAsync("P-1");
        await SyncAsync();

        Assert.Equal(id, RecordOf("P-1"));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task New_record_is_left_alone_by_default()
    {
        await BeginAsync(People.HubSpot);
        Type(("email", "new@example.org"));

        await SyncAsync();

        Assert.Equal("0", await World.ValueAsync("select count(*) from people"));
        await RestsAsync();
    }

    [Fact]
    public async Task Record_that_an_ambiguous_row_may_mean_gets_no_row_of_its_own()
    {
        await BeginAsync(People.HubSpot, p => Create(p) with { Match = [new MatchRule("phone", "phone", MatchAs.Phone)] });
        await AddAsync("P-1", ("phone", "5551234567"));
        Type(("phone", "5551234567"));
        Type(("phone", "555 1234567"));

        await SyncAsync();

        Assert.Equal("1", await World.ValueAsync("select count(*) from people"));
        Assert.Single(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Record_whose_creation_by_us_is_not_judged_yet_gets_no_row_of_its_own()
    {
        await BeginAsync(People.HubSpot, Create);
        await World.SqlAsync("drop index people_key");
        await AddAsync("P-0");
        await SyncAsync();
        await AddAsync("P-1");
        World.Site.Inject(new Fault(FaultKind.ResetAfter, "POST", "/batch/upsert", Times: 5));

        await SyncAsync();
        await SyncAsync();

        Assert.Equal("2", await World.ValueAsync("select count(*) from people"));
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();
        Assert.Equal(("2", 2), (await World.ValueAsync("select count(*) from people"), CountInCrm));
        await RestsAsync();
    }

    [Fact]
    public async Task Record_that_the_table_refuses_is_parked_and_goes_in_when_it_is_mended()
    {
        await BeginAsync(People.HubSpot, Create);
        await World.SqlAsync("alter table people add constraint short check (length(phone) < 5)");
        var id = Type(("email", "new@example.org"), ("phone", "far too long"));

        var report = await SyncAsync();
        Assert.Equal((0, 1), (report.Result.Pulled, report.Result.Rejected));
        await RestsAsync();
        Assert.Equal(1, Assert.Single(await RejectsAsync()).Attempts);

        World.Screen.Edit(People.Contacts, id, (People["phone"], "ok"));
        await SyncAsync();
        Assert.Equal("ok", await RowAsync(id, "phone"));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    private static Mapping Create(People people) => people.Mapping with { Records = new RecordRules { NewInCrm = NewRecord.Create } };
}
