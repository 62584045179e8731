using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Integration.Cycles;

public sealed class RejectTests : Scenario
{
    [Fact]
    public async Task Value_that_its_list_lacks_is_written_when_the_list_has_it()
    {
        await BeginAsync(People.HubSpot, p => p.Shared("segment", ConflictPolicy.Review));
        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        crm.OnDescribe = schema => schema is null ? null : schema with
        {
            Fields = schema.Fields.ToDictionary(
                field => field.Key,
                field => field.Key == "segment" ? field.Value with { Type = field.Value.Type with { Options = ["mid_market"] } } : field.Value, StringComparer.OrdinalIgnoreCase),
        };
        await AddAsync("P-1", ("segment", "smb"));
        await SyncAsync();
        Assert.Equal("validation", Assert.Single(await RejectsAsync()).Class);

        crm.OnDescribe = schema => schema;
        World.Time.Advance(TimeSpan.FromMinutes(6));
        await SyncAsync();

        Assert.Equal("smb", InCrm("P-1", "segment"));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Theory]
    [InlineData(People.HubSpot, "segment", "stranger")]
    [InlineData(People.HubSpot, "lead_score", "many")]
    [InlineData(People.Salesforce, "segment", "stranger")]
    [InlineData(People.Salesforce, "lead_score", "many")]
    [InlineData(People.Salesforce, "first_name", "a name that is far longer than the forty characters which the field holds")]
    public async Task Value_that_the_CRM_cannot_hold_is_refused_before_a_call_is_spent(string crm, string column, string bad)
    {
        await BeginAsync(crm, p => p.With(p.Field("segment", FieldOwner.Warehouse), p.Field("lead_score", FieldOwner.Warehouse)));
        await AddAsync("P-1", (column, bad));
        await AddAsync("P-2");

        var held = Assert.Single((await PlanAsync()).Held);
        var report = await SyncAsync();

        Assert.Equal("P-1", held.Key);
        Assert.StartsWith("rejected: ", held.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 1, 1), (report.Result.Created, report.Result.Rejected, World.Screen.Writes));
        var reject = Assert.Single(await RejectsAsync());
        Assert.Equal(("P-1", Side.Crm, "validation"), (reject.Key, reject.Side, reject.Class));
        Assert.Contains(People[column], reject.Reason, StringComparison.Ordinal);
        await RestsAsync();

        await SetAsync("P-1", column, column == "segment" ? "smb" : "7");
        await SyncAsync();
        Assert.Equal(2, CountInCrm);
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Value_that_a_field_could_not_hold_is_written_when_the_field_can()
    {
        await BeginAsync(People.Salesforce);
        await AddAsync("P-1");
        await SyncAsync();
        var name = new string('x', 50);
        await SetAsync("P-1", "first_name", name);
        await AddAsync("P-2", ("first_name", name));
        Assert.Equal(2, (await SyncAsync()).Result.Rejected);
        World.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, (await SyncAsync()).Result.Rejected);

        ((SalesforceSandbox)World.Site.Crm).ChangeField("Contact", "FirstName", new FieldChange { Length = 80 });
        World.Time.Advance(TimeSpan.FromHours(2));
        var report = await SyncAsync();

        Assert.Empty(await RejectsAsync());
        Assert.Equal(0, report.Result.Rejected);
        Assert.Equal((name, name), (InCrm("P-1", "first_name"), InCrm("P-2", "first_name")));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Write_that_names_a_field_which_the_CRM_does_not_know_for_a_moment_is_tried_again_by_itself(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1");
        await SyncAsync();
        await SetAsync("P-1", "first_name", "New");
        var times = 0;
        var counting = new CountingCrm(World.Crm);
        counting.Instead = batch => times++ > 0 ? null
            : [.. batch.Writes.Select(w => new CrmWriteResult(WriteOutcome.Rejected, w.Id) { Error = new CrmError("schema", RetryRule.AfterChange, "INVALID_FIELD", "no such field") })];
        World.Crm = counting;
        await SyncAsync();
        Assert.NotNull(Assert.Single(await RejectsAsync()).NextAttemptAt);

        World.Time.Advance(TimeSpan.FromMinutes(10));
        await SyncAsync();

        Assert.Empty(await RejectsAsync());
        Assert.Equal("New", InCrm("P-1", "first_name"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Update_that_cannot_be_held_stands_while_edits_of_the_CRM_flow(string crm)
    {
        await BeginAsync(crm, p => p.With(p.Field("segment", FieldOwner.Warehouse)));
        await AddAsync("P-1", ("segment", "smb"));
        await SyncAsync();
        await SetAsync("P-1", "segment", "stranger");
        await SyncAsync();
        await RestsAsync();

        Edit("P-1", ("phone", "9"));
        await SyncAsync();

        Assert.Equal("9", await RowAsync("P-1", "phone"));
        Assert.Equal("smb", InCrm("P-1", "segment"));
        Assert.Single(await RejectsAsync());
        await SetAsync("P-1", "segment", "smb");
        await SyncAsync();
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_a_rule_of_the_CRM_refuses_spoils_no_other_and_is_parked(string crm)
    {
        await BeginAsync(crm);
        World.Screen.Refuse(People.Contacts, People["first_name"], "Nobody", "Nobody is not a name");
        await AddAsync("P-1");
        await AddAsync("P-2", ("first_name", "Nobody"));
        await AddAsync("P-3");

        var report = await SyncAsync();

        Assert.Equal((2, 1), (report.Result.Created, report.Result.Rejected));
        Assert.Contains("Nobody is not a name", Assert.Single(await RejectsAsync()).Reason, StringComparison.Ordinal);
        await RestsAsync();

        await SetAsync("P-2", "first_name", "Somebody");
        await SyncAsync();
        Assert.Equal(3, CountInCrm);
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Refused_update_is_parked_and_goes_through_when_the_row_is_mended(string crm)
    {
        await BeginAsync(crm);
        World.Screen.Refuse(People.Contacts, People["first_name"], "Nobody", "Nobody is not a name");
        await AddAsync("P-1", ("first_name", "Ann"));
        await SyncAsync();
        await SetAsync("P-1", "first_name", "Nobody");

        await SyncAsync();
        Assert.Single(await RejectsAsync());
        await RestsAsync();

        await SetAsync("P-1", "first_name", "Somebody");
        await SyncAsync();
        Assert.Equal("Somebody", InCrm("P-1", "first_name"));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Parked_record_is_tried_again_when_a_person_asks()
    {
        await BeginAsync(People.HubSpot);
        World.Screen.Refuse(People.Contacts, People["first_name"], "Nobody", "Nobody is not a name");
        await AddAsync("P-1", ("first_name", "Nobody"));
        await SyncAsync();
        var writes = World.Screen.Writes;

        Assert.Equal(1, await World.State.Reports.RetryRejectsAsync(Mapping.Name, [], World.Time.GetUtcNow(), CancellationToken.None));
        await SyncAsync();

        Assert.True(World.Screen.Writes > writes);
        Assert.Equal((2, null), Assert.Single(await RejectsAsync()) is var reject ? (reject.Attempts, reject.NextAttemptAt) : default);
        await RestsAsync();
    }

    [Fact]
    public async Task Passing_refusal_is_repeated_at_its_times_and_not_before()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1");
        const string Passing = """{"status":"error","message":"a passing fault","category":"SOMETHING_PASSING"}""";
        World.Site.Inject(new Fault(FaultKind.Answer, "POST", "/batch/upsert", Times: 2, Status: 400, Body: Passing));

        await SyncAsync();
        var reject = Assert.Single(await RejectsAsync());
        Assert.Equal((RetryRule.Later, 1, 5), (reject.Retry, reject.Attempts, MinutesUntil(reject)));
        await SyncAsync();
        Assert.Equal(0, CountInCrm);
        Assert.Equal(1, Assert.Single(await RejectsAsync()).Attempts);

        World.Time.Advance(TimeSpan.FromMinutes(5));
        await SyncAsync();
        reject = Assert.Single(await RejectsAsync());
        Assert.Equal((2, 10), (reject.Attempts, MinutesUntil(reject)));

        World.Time.Advance(TimeSpan.FromMinutes(10));
        await SyncAsync();
        Assert.Equal(1, CountInCrm);
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Refused_deletion_is_parked()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete } });
        await AddAsync("P-1");
        await AddAsync("P-2");
        await SyncAsync();
        await RemoveAsync("P-1");
        const string Refusal = """{"status":"error","message":"it is locked","category":"VALIDATION_ERROR"}""";
        World.Site.Inject(new Fault(FaultKind.Answer, "POST", "/batch/archive", Times: 10, Status: 400, Body: Refusal));

        await SyncAsync();
        var calls = World.Site.Counters;
        await SyncAsync();

        Assert.Equal(Archives(calls), Archives(World.Site.Counters));
        Assert.Equal(1, Assert.Single(await RejectsAsync()).Attempts);
    }

    [Fact]
    public async Task Row_that_the_warehouse_refuses_is_parked()
    {
        await BeginAsync(People.HubSpot);
        await World.SqlAsync("alter table people add constraint short check (length(phone) < 5)");
        await AddAsync("P-1");
        await AddAsync("P-2");
        await SyncAsync();
        Edit("P-1", ("phone", "far too long"));
        Edit("P-2", ("phone", "ok"));

        await SyncAsync();

        Assert.Equal(Side.Warehouse, Assert.Single(await RejectsAsync()).Side);
        Assert.Equal("ok", await RowAsync("P-2", "phone"));
        await RestsAsync();

        Edit("P-1", ("phone", "ok"));
        await SyncAsync();
        Assert.Equal("ok", await RowAsync("P-1", "phone"));
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    // The state keeps microseconds.
    private int MinutesUntil(Engine.State.Reject reject) => (int)Math.Round((reject.NextAttemptAt!.Value - World.Time.GetUtcNow()).TotalMinutes, 3);

    private static int Archives(IReadOnlyDictionary<string, int> counters) => counters.Where(c => c.Key.Contains("archive", StringComparison.Ordinal)).Sum(c => c.Value);
}
