using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;
using static ReverseEtl.Crms.Tests.Salesforce.SalesforceRig;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>
/// Stories that the reference asks for at the end of its section 11, as far as the connector alone can show them. Those of Bulk are in
/// <see cref="BulkWriteTests"/>, those of limits in <see cref="LimitTests"/>, those of both sides in the integration tests.
/// </summary>
public sealed class ScenarioTests : IAsyncDisposable
{
    private readonly SalesforceBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    [Trait("Reference", "salesforce 11")]
    public async Task Lost_201_of_a_create_is_retried_and_makes_no_duplicate()
    {
        _bench.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: "/composite/sobjects"));
        var lost = Assert.Single(await Write("Contact", Upsert("k", ("LastName", "x"))));
        Assert.Equal(WriteOutcome.Unknown, lost.Outcome);
        var again = Assert.Single(await Write("Contact", Upsert("k", ("LastName", "x"))));
        Assert.Equal((WriteOutcome.Confirmed, false), (again.Outcome, again.Created));
        Assert.Single(_bench.WithKey("k"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Assignment_rule_changes_owner_of_nothing_that_we_write(bool byJob)
    {
        _bench.Org.Switches = _bench.Org.Switches with { AccountAssignmentOwnerId = _bench.Org.HumanUserId };
        await using var crm = _bench.New(SalesforceOptions.DefaultClientSecret, new Dictionary<string, string?> { ["BulkWritesFrom"] = byJob ? "1" : "1000" });
        Assert.Equal(WriteOutcome.Confirmed, Assert.Single(await Write("Account", crm, Upsert("k", ("Name", "x")))).Outcome);
        var account = Assert.Single(_bench.Org.Records("Account"));
        Assert.Equal(_bench.Org.IntegrationUserId, account["OwnerId"]);

        var update = Update(account.Id, ("Name", "y")) with { IfVersion = (DateTimeOffset)account["SystemModstamp"]! };
        _bench.Settle();
        Assert.Equal(WriteOutcome.Confirmed, Assert.Single(await Write("Account", crm, update)).Outcome);
        Assert.Equal(_bench.Org.IntegrationUserId, _bench.Org.Record("Account", account.Id)!["OwnerId"]);
    }

    [Fact]
    public async Task Rounding_and_trim_echo_loop_terminates()
    {
        var schema = (await _bench.Crm.DescribeAsync("Contact", default))!;
        (string Field, string Value)[] sent =
            [("LastName", "  Ada \r\n"), ("Score__c", "12.3999"), ("Email", "Ada@Example.ORG"), ("Description", "a\r\nb"), ("Title", " ")];
        var id = Assert.Single(await Write("Contact", Upsert("k", [.. sent.Select(pair => (pair.Field, (string?)pair.Value))]))).Id!;
        var read = new CrmRead("Contact", "Warehouse_Id__c", [.. sent.Select(pair => schema.Find(pair.Field)!)]);
        var record = (await _bench.Crm.ReadAsync(read, [id], default))[id];
        foreach (var ((field, value), stored) in sent.Zip(record.Values))
        {
            Assert.True(schema.Find(field)!.Type.Same(FieldValue.Of(value), stored), $"{field}: sent '{value}', stored '{stored.Text}'");
        }
    }

    [Fact]
    [Trait("Reference", "salesforce 11")]
    public async Task All_or_none_bystanders_are_retried_without_the_culprit()
    {
        await using var rig = new SalesforceRig();
        var bystander = Failed("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back because not all records were valid and the request was using AllOrNone header");
        rig.Wire.Then(200, $"[{bystander},{Failed("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", "\"LastName\"")},{bystander}]").Then(200, Stored(1, 3));
        var results = await rig.Write(Upsert("a"), Upsert("b"), Upsert("c"));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
        Assert.DoesNotContain("\"b\"", rig.Wire.Requests[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_without_master_record_id_is_resolved_by_query_all()
    {
        var (winner, loser) = (Create("winner"), Create("loser"));
        _bench.MergeAsUser(winner, loser);
        var read = new CrmRead("Contact", "Warehouse_Id__c", []);
        var record = (await _bench.Crm.ReadAsync(read, [loser], default))[loser];
        Assert.Equal((CrmPresence.Merged, winner), (record.Presence, record.MergedInto));
    }

    [Fact]
    public async Task Late_commit_holds_the_watermark_back_until_it_is_seen()
    {
        var before = await _bench.Crm.ReadableThroughAsync("Contact", default);
        _bench.Org.OpenTransaction(TimeSpan.FromMinutes(20));
        _bench.Clock.Advance(TimeSpan.FromMinutes(10));
        var during = await _bench.Crm.ReadableThroughAsync("Contact", default);
        Assert.InRange(during, before - TimeSpan.FromMinutes(2), before + TimeSpan.FromMinutes(1));
        _bench.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.InRange(await _bench.Crm.ReadableThroughAsync("Contact", default), _bench.Clock.GetUtcNow() - TimeSpan.FromMinutes(3), _bench.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Converted_lead_is_seen_with_what_it_became()
    {
        var lead = _bench.Org.CreateAsUser("Lead", new() { ["LastName"] = "Ada", ["Company"] = "Acme" });
        var converted = _bench.Org.ConvertLead(lead);
        var key = (await _bench.Crm.DescribeAsync("Lead", default))!.Find("Warehouse_Id__c") is null ? "Id" : "Warehouse_Id__c";
        var record = (await _bench.Crm.ReadAsync(new CrmRead("Lead", key, []), [lead], default))[lead];
        Assert.Equal((CrmPresence.Converted, converted.ContactId), (record.Presence, record.ConvertedTo["Contact"]));
    }

    private string Create(string key) =>
        _bench.CreateAsUser(new Dictionary<string, string?> { ["LastName"] = key, ["Warehouse_Id__c"] = key });

    private Task<IReadOnlyList<CrmWriteResult>> Write(string type, params CrmWrite[] writes) => Write(type, _bench.Crm, writes);

    private static async Task<IReadOnlyList<CrmWriteResult>> Write(string type, ICrm crm, params CrmWrite[] writes) => await crm.WriteAsync(
        new CrmWriteBatch(type, "Warehouse_Id__c", (await crm.DescribeAsync(type, default))!, writes, DateTimeOffset.MaxValue), default);
}
