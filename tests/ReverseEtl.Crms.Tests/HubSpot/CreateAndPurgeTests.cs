using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

public sealed class CreateAndPurgeTests : IAsyncDisposable
{
    private readonly Portal _portal = new();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task New_records_are_made_in_batches_with_their_keys()
    {
        var writes = Enumerable.Range(0, 101).Select(i => New($"K-{i}", ("firstname", $"F{i}"))).ToArray();
        var results = await _portal.Write(writes);
        Assert.All(results, r => Assert.Equal((WriteOutcome.Confirmed, true), (r.Outcome, r.Created)));
        Assert.Equal(2, _portal.Requests("batch"));
        Assert.Equal("F7", _portal.Account.Record("contacts", results[7].Id!)!.Properties["firstname"]);
    }

    [Fact]
    public async Task Record_that_has_the_key_already_is_left_as_it_is_and_named()
    {
        var there = _portal.Contact("a@ex.test", (Key, "K-1"), ("firstname", "Ann"));
        var results = await _portal.Write(New("K-1", ("firstname", "Bea")), New("K-2", ("firstname", "Cid")));
        Assert.Equal(
            (WriteOutcome.Rejected, "duplicate", there), (results[0].Outcome, results[0].Error!.Class, results[0].Error!.ExistingId));
        Assert.Equal(WriteOutcome.Confirmed, results[1].Outcome);
        Assert.Equal("Ann", _portal.Account.Record("contacts", there)!.Properties["firstname"]);
    }

    [Fact]
    public async Task Address_that_a_contact_has_already_names_that_contact()
    {
        var there = _portal.Contact("a@ex.test");
        var result = (await _portal.Write("contacts", "email", New("A@ex.test", ("firstname", "Bea"))))[0];
        Assert.Equal((WriteOutcome.Rejected, "duplicate", there), (result.Outcome, result.Error!.Class, result.Error.ExistingId));
    }

    [Fact]
    public async Task Lost_answer_to_a_create_is_never_repeated()
    {
        await _portal.Crm.DescribeAsync("contacts", default);
        _portal.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: "batch/create"));
        var result = (await _portal.Write(New("K-1", ("firstname", "Ann"))))[0];
        Assert.Equal(WriteOutcome.Unknown, result.Outcome);
        Assert.Equal(1, _portal.Requests("batch"));
        Assert.Single(_portal.Account.Records("contacts"));
    }

    [Fact]
    public async Task Purged_contact_leaves_no_trace_and_purging_it_again_does_no_harm()
    {
        var id = _portal.Contact("a@ex.test");
        Assert.Equal(WriteOutcome.Confirmed, (await _portal.Write(Purge(id)))[0].Outcome);
        Assert.Null(_portal.Account.Record("contacts", id));
        Assert.Equal(WriteOutcome.Confirmed, (await _portal.Write(Purge(id)))[0].Outcome);
    }

    [Fact]
    public async Task Purge_that_is_forbidden_is_a_rejected_record_and_nothing_else_is_done()
    {
        var id = _portal.Contact("a@ex.test");
        _portal.Account.AddToken(new HubSpotToken("narrow", "7", new HashSet<string> { "crm.objects.contacts.read", "crm.schemas.contacts.read" }));
        await using var crm = _portal.Connect("narrow");
        var schema = (await crm.DescribeAsync("contacts", default))!;
        var results = await crm.WriteAsync(new CrmWriteBatch("contacts", Key, schema, [Purge(id)], DateTimeOffset.MaxValue), default);
        Assert.Equal((WriteOutcome.Rejected, "permission"), (results[0].Outcome, results[0].Error!.Class));
        Assert.False(_portal.Account.Record("contacts", id)!.Archived);
    }

    [Fact]
    public async Task Company_is_not_purged_but_refused()
    {
        var id = _portal.Account.CreateAsUser("companies", new Dictionary<string, string?> { ["name"] = "Acme" });
        var result = (await _portal.Write("companies", Key, Purge(id)))[0];
        Assert.Equal((WriteOutcome.Rejected, "PURGE_NOT_SUPPORTED"), (result.Outcome, result.Error!.Code));
        Assert.False(_portal.Account.Record("companies", id)!.Archived);
    }

    private static CrmWrite New(string key, params (string, string?)[] fields) => Upsert(key, fields) with { OnlyNew = true };

    private static CrmWrite Purge(string id) => Archive(id) with { Kind = CrmWriteKind.Purge };
}
