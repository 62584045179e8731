using System.Text.Json.Nodes;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Updates under a condition against the simulated org.</summary>
public sealed class GuardedSandboxTests : IAsyncDisposable
{
    private readonly SalesforceBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Edit_since_the_look_refuses_the_write_and_only_that_one(bool withBody)
    {
        _bench.Org.Switches = _bench.Org.Switches with { PreconditionBody = withBody };
        var ids = Create(60);
        var seen = await Look(ids);
        _bench.Org.EditAsUser("Contact", ids[30], new JsonObject { ["Title"] = "theirs" });
        var calls = _bench.Crm.Calls;

        var results = await Write([.. ids.Select(id => Guarded(seen[id], ("Title", "ours")))]);

        Assert.Equal(WriteOutcome.Moved, results[30].Outcome);
        Assert.Equal("theirs", _bench.Stored(ids[30], "Title"));
        Assert.All(ids.Where((_, i) => i != 30), id => Assert.Equal("ours", _bench.Stored(id, "Title")));
        Assert.Equal(ids, results.Select(result => result.Id));

        // Three requests of 25 at most, one for the receipts; the describe is the test's own.
        Assert.Equal(calls + 5, _bench.Crm.Calls);
    }

    [Fact]
    public async Task Edit_right_after_a_closed_look_is_never_overwritten()
    {
        for (var wait = 0; wait < 2000; wait += 250)
        {
            var id = Create(1)[0];
            var seen = (await Look([id]))[id];
            _bench.Clock.Advance(TimeSpan.FromMilliseconds(wait));
            _bench.Org.EditAsUser("Contact", id, new JsonObject { ["Title"] = "theirs" });
            Assert.Equal(WriteOutcome.Moved, (await Write([Guarded(seen, ("Title", "ours"))]))[0].Outcome);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Version_holds_whichever_stamp_the_org_compares_with(bool comparesSystemStamp)
    {
        _bench.Org.Switches = _bench.Org.Switches with { ConditionSeesSystemChanges = comparesSystemStamp };
        var id = Create(1)[0];
        _bench.Clock.Advance(TimeSpan.FromSeconds(10));
        _bench.Org.TouchSystemModstamp("Contact", id);
        var seen = (await Look([id]))[id];
        Assert.Equal(WriteOutcome.Confirmed, (await Write([Guarded(seen, ("Title", "ours"))]))[0].Outcome);
    }

    [Fact]
    public async Task Receipt_tells_what_the_org_made_of_the_values()
    {
        _bench.Org.AddTrigger("Contact", save => save["Title"] = save["Title"] is string title ? title.ToUpperInvariant() : null);
        var id = Create(1)[0];
        var seen = (await Look([id]))[id];

        var result = (await Write([Guarded(seen, ("Title", " cto "), ("Score__c", "12.349"), ("Email", null)) with { Key = "k-1" }]))[0];

        Assert.Equal(_bench.Stored(id, "Title"), result.Stored!["Title"].Text);
        Assert.Equal("CTO", result.Stored["Title"].Text);
        Assert.Equal("12.34", result.Stored["Score__c"].Text);
        Assert.True(result.Stored["Email"].IsNull);
        Assert.Equal("k-1", result.Stored["Warehouse_Id__c"].Text);
        Assert.Equal(_bench.Org.Record("Contact", id)!.SystemModstamp, result.Version);
    }

    [Fact]
    public async Task Receipt_equals_what_a_later_read_gives_although_queries_lag()
    {
        var id = Create(1)[0];
        var seen = (await Look([id]))[id];
        _bench.Org.Switches = _bench.Org.Switches with { VisibilityDelayMinMs = 3000, VisibilityDelayMaxMs = 3000 };

        var result = (await Write([Guarded(seen, ("Title", "ours"))]))[0];
        _bench.Settle();

        var later = (await Look([id]))[id];
        Assert.Equal((later.Values[0], later.Version), (result.Stored!["Title"], result.Version));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public async Task Edit_between_write_and_read_back_is_never_taken_for_the_receipt(int waitMs)
    {
        var ids = Create(2);
        var seen = await Look(ids);
        _bench.Wire.Before = path =>
        {
            if (path.EndsWith("/composite/sobjects/Contact", StringComparison.Ordinal))
            {
                _bench.Clock.Advance(TimeSpan.FromMilliseconds(waitMs));
                _bench.Org.EditAsUser("Contact", ids[0], new JsonObject { ["Title"] = "theirs" });
            }
        };

        var results = await Write([.. ids.Select(id => Guarded(seen[id], ("Title", "ours")))]);

        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Null(results[0].Stored);
        Assert.Equal("ours", results[1].Stored!["Title"].Text);
        Assert.True(results[0].Version <= _bench.Org.Record("Contact", ids[0])!.SystemModstamp);
    }

    [Fact]
    public async Task Own_later_change_is_not_taken_for_the_receipt_either()
    {
        var id = Create(1)[0];
        var seen = (await Look([id]))[id];
        _bench.Wire.Before = path =>
        {
            if (path.EndsWith("/composite/sobjects/Contact", StringComparison.Ordinal))
            {
                _bench.Clock.Advance(TimeSpan.FromSeconds(5));
                _bench.Org.EditAsUser("Contact", id, new JsonObject { ["Title"] = "theirs" });
                _bench.Clock.Advance(TimeSpan.FromSeconds(5));
                _bench.Org.EditAsUser("Contact", id, new JsonObject { ["Phone"] = "1" }, _bench.Org.IntegrationUserId);
            }
        };
        Assert.Null((await Write([Guarded(seen, ("Title", "ours"))]))[0].Stored);
    }

    [Theory]
    [InlineData(FaultKind.ResetAfter)]
    [InlineData(FaultKind.ResetBefore)]
    [InlineData(FaultKind.Truncate)]
    public async Task Lost_answer_is_unknown_and_the_request_was_sent_once(FaultKind kind)
    {
        var id = Create(1)[0];
        var seen = (await Look([id]))[id];
        _bench.Org.ClearWrites();
        _bench.Site.Inject(new Fault(kind, PathContains: "/composite"));

        var result = (await Write([Guarded(seen, ("Title", "ours"))]))[0];

        Assert.Equal(WriteOutcome.Unknown, result.Outcome);
        Assert.Equal(kind is FaultKind.ResetBefore ? 0 : 1, _bench.Org.Writes.Count);
    }

    [Fact]
    public async Task Deleted_record_is_missing_and_a_locked_one_is_tried_again()
    {
        var ids = Create(3);
        var seen = await Look(ids);
        _bench.Org.DeleteAsUser("Contact", ids[0]);
        _bench.Org.LockRows([ids[1]], 2);
        _bench.Org.Purge("Contact", ids[0]);
        var results = await Write([.. ids.Select(id => Guarded(seen[id], ("Title", "ours")))]);
        Assert.Equal([WriteOutcome.Missing, WriteOutcome.Confirmed, WriteOutcome.Confirmed], results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task Locked_record_that_somebody_edits_before_the_next_try_is_not_overwritten()
    {
        var id = Create(1)[0];
        var seen = (await Look([id]))[id];
        _bench.Org.LockRows([id], 1);
        var requests = 0;
        _bench.Wire.Before = path =>
        {
            if (path.EndsWith("/composite", StringComparison.Ordinal) && ++requests == 2)
            {
                _bench.Org.EditAsUser("Contact", id, new JsonObject { ["Title"] = "theirs" });
            }
        };
        Assert.Equal(WriteOutcome.Moved, (await Write([Guarded(seen, ("Title", "ours"))]))[0].Outcome);
        Assert.Equal((2, "theirs"), (requests, _bench.Stored(id, "Title")));
    }

    [Fact]
    public async Task Assignment_rules_do_not_run()
    {
        var id = _bench.Org.CreateAsUser("Lead", new JsonObject { ["LastName"] = "x", ["Company"] = "y" });
        var owner = _bench.Org.Record("Lead", id)!["OwnerId"];
        _bench.Org.Switches = _bench.Org.Switches with { LeadAssignmentOwnerId = _bench.Org.SecondHumanUserId };
        _bench.Settle();
        var schema = (await _bench.Crm.DescribeAsync("Lead", default))!;
        var seen = (await _bench.Crm.ReadAsync(new CrmRead("Lead", "Warehouse_Id__c", [schema.Find("Title")!]), [id], default))[id];
        var results = await _bench.Crm.WriteAsync(
            new CrmWriteBatch("Lead", "Warehouse_Id__c", schema, [Guarded(seen, ("Title", "ours"))], DateTimeOffset.MaxValue), default);
        Assert.Equal(WriteOutcome.Confirmed, results[0].Outcome);
        Assert.Equal(owner, _bench.Org.Record("Lead", id)!["OwnerId"]);
    }

    [Fact]
    public async Task Guarded_and_plain_writes_of_one_batch_keep_their_order_when_the_time_runs_out_between_them()
    {
        await using var crm = _bench.OneByOne();
        var ids = Create(60);
        var seen = await Look(ids);
        _bench.Site.Inject(new Fault(FaultKind.Slow, PathContains: "/composite", DelayMs: 60_000));
        var writes = ids.Select((id, i) => i % 2 == 0 ? Guarded(seen[id], ("Title", "ours")) : SalesforceRig.Update(id, ("Title", "ours"))).ToList();
        var results = await crm.WriteAsync(
            new CrmWriteBatch("Contact", "Warehouse_Id__c", await Schema(), writes, _bench.Time.GetUtcNow().AddSeconds(30)), default);

        Assert.Equal(25, results.Count(result => result.Outcome is WriteOutcome.Confirmed));
        Assert.All(results, (result, i) => Assert.Equal(
            (ids[i], _bench.Stored(ids[i], "Title") == "ours"), (result.Id, result.Outcome is WriteOutcome.Confirmed)));
        Assert.All(results.Where(result => result.Outcome is not WriteOutcome.Confirmed), result => Assert.Equal(WriteOutcome.Moved, result.Outcome));
    }

    private static CrmWrite Guarded(CrmRecord seen, params (string Field, string? Value)[] fields)
    {
        Assert.False(seen.VersionIsOpen);
        return SalesforceRig.Update(seen.Id, fields) with { IfVersion = seen.Version };
    }

    private string[] Create(int count) =>
        [.. Enumerable.Range(0, count).Select(i => _bench.Org.CreateAsUser("Contact", new JsonObject { ["LastName"] = $"n{i}" }))];

    private async Task<SideSchema> Schema() => (await _bench.Crm.DescribeAsync("Contact", default))!;

    private async Task<IReadOnlyDictionary<string, CrmRecord>> Look(string[] ids)
    {
        _bench.Settle();
        return await _bench.Crm.ReadAsync(new CrmRead("Contact", "Warehouse_Id__c", [(await Schema()).Find("Title")!]), ids, default);
    }

    private async Task<IReadOnlyList<CrmWriteResult>> Write(IReadOnlyList<CrmWrite> writes) =>
        await _bench.Crm.WriteAsync(new CrmWriteBatch("Contact", "Warehouse_Id__c", await Schema(), writes, DateTimeOffset.MaxValue), default);
}
