using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>Writing to the simulated account.</summary>
public sealed class EndToEndWriteTests
{
    [Fact]
    public async Task Upsert_creates_then_updates_the_record_with_the_key()
    {
        await using var portal = new Portal();

        var created = (await portal.Write(Upsert("K1", ("email", "Ann@Ex.test"), ("firstname", "Ann")))).Single();
        portal.Time.Advance(TimeSpan.FromSeconds(5));
        var updated = (await portal.Write(Upsert("K1", ("firstname", "Anna")))).Single();

        Assert.Equal((WriteOutcome.Confirmed, true), (created.Outcome, created.Created));
        Assert.Equal((WriteOutcome.Confirmed, false), (updated.Outcome, updated.Created));
        Assert.Equal(created.Id, updated.Id);
        Assert.Equal("ann@ex.test", created.Stored!["email"].Text);
        Assert.Equal(portal.Time.GetUtcNow(), updated.Version);
        Assert.Equal("K1", portal.Account.Record("contacts", created.Id!)!.Properties[Key]);
    }

    [Fact]
    public async Task A_hundred_and_one_upserts_cost_two_requests_and_keep_their_order()
    {
        await using var portal = new Portal();

        var results = await portal.Write([.. Enumerable.Range(0, 101).Select(i => Upsert($"K{i}", ("firstname", $"P{i}")))]);

        Assert.Equal(2, portal.Requests("/batch"));
        Assert.All(results, (result, i) => Assert.Equal($"P{i}", result.Stored!["firstname"].Text));
        Assert.Equal(101, portal.Account.Records("contacts").Count);
    }

    [Fact]
    public async Task One_bad_row_is_rejected_and_the_others_are_stored()
    {
        await using var portal = new Portal();
        portal.Account.RefuseValue("contacts", "jobtitle", "nonsense", "Enter only letters");

        var results = await portal.Write(
            Upsert("K1", ("firstname", "A")), Upsert("K2", ("firstname", "B"), ("jobtitle", "nonsense")), Upsert("K3", ("firstname", "C")));

        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(r => r.Outcome));
        Assert.Equal(("validation", RetryRule.AfterChange, "INVALID_ALPHA"), (results[1].Error!.Class, results[1].Error!.Retry, results[1].Error!.Code));
        Assert.Equal(["jobtitle"], results[1].Error!.Fields);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_address_keys_a_bad_row_is_found_by_halves(bool partial)
    {
        await using var portal = new Portal();
        portal.Account.Switches.EmailUpsertPartialSuccess = partial;
        portal.Account.RefuseValue("contacts", "jobtitle", "nonsense", "Enter only letters");
        var writes = Enumerable.Range(0, 9).Select(i => Upsert($"p{i}@ex.test", ("jobtitle", i == 5 ? "nonsense" : "lead"))).ToArray();

        var results = await portal.Write("contacts", "email", writes);

        Assert.All(results, (result, i) => Assert.Equal(i == 5 ? WriteOutcome.Rejected : WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(8, portal.Account.Records("contacts").Count);
    }

    [Fact]
    public async Task Address_keys_that_differ_in_case_only_count_as_one_record()
    {
        await using var portal = new Portal();

        var results = await portal.Write("contacts", "email", Upsert("Ann@ex.test", ("firstname", "A")), Upsert(" ann@EX.test", ("firstname", "B")));

        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected], results.Select(r => r.Outcome));
        Assert.Equal("duplicate", results[1].Error!.Class);
        Assert.Equal("A", portal.Account.Records("contacts").Single().Properties["firstname"]);
    }

    [Fact]
    public async Task An_address_that_another_contact_has_is_a_duplicate_with_that_contacts_id()
    {
        await using var portal = new Portal();
        var taken = portal.Contact("ann@ex.test");

        var result = (await portal.Write(Upsert("K1", ("email", "ann@ex.test")))).Single();

        Assert.Equal(WriteOutcome.Rejected, result.Outcome);
        Assert.Equal("duplicate", result.Error!.Class);
        Assert.Equal(taken, result.Error.ExistingId);
    }

    [Fact]
    public async Task Update_writes_sets_clears_and_tells_what_was_stored()
    {
        await using var portal = new Portal();
        var id = portal.Contact("ann@ex.test", ("firstname", "Ann"), ("phone", "1"));

        var result = (await portal.Write(Update(id, ("firstname", "Anna"), ("phone", null)) with { Key = "K9" })).Single();

        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
        Assert.Equal("Anna", result.Stored!["firstname"].Text);
        Assert.Equal(FieldValue.Null, result.Stored["phone"]);
        Assert.Equal("K9", portal.Account.Record("contacts", id)!.Properties[Key]);
        Assert.False(portal.Account.Record("contacts", id)!.Properties.ContainsKey("phone"));
    }

    [Fact]
    public async Task Update_of_deleted_and_unknown_records_is_missing_and_the_rest_is_stored()
    {
        await using var portal = new Portal();
        var (live, gone) = (portal.Contact("a@ex.test"), portal.Contact("b@ex.test"));
        portal.Account.ArchiveAsUser("contacts", gone);

        var results = await portal.Write(Update(gone, ("city", "Bonn")), Update(live, ("city", "Bonn")), Update("999", ("city", "Bonn")));

        Assert.Equal([WriteOutcome.Missing, WriteOutcome.Confirmed, WriteOutcome.Missing], results.Select(r => r.Outcome));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Update_of_a_merged_away_record_is_missing_and_names_the_survivor(bool vanishes)
    {
        await using var portal = new Portal();
        portal.Account.Switches.MergedIdsVanishFromBatchUpdate = vanishes;
        var (a, b, c) = (portal.Contact("a@ex.test"), portal.Contact("b@ex.test"), portal.Contact("c@ex.test"));
        var survivor = portal.Account.MergeAsUser("contacts", a, [b]);

        var results = await portal.Write(Update(b, ("city", "Bonn")), Update(c, ("city", "Bonn")));

        Assert.Equal((WriteOutcome.Missing, survivor), (results[0].Outcome, results[0].Id));
        Assert.Equal(WriteOutcome.Confirmed, results[1].Outcome);
        Assert.False(portal.Account.Record("contacts", survivor)!.Properties.ContainsKey("city"));
    }

    [Fact]
    public async Task Archive_puts_records_into_the_recycle_bin_and_repeating_it_does_no_harm()
    {
        await using var portal = new Portal();
        var id = portal.Contact("a@ex.test");

        var first = (await portal.Write(Archive(id))).Single();
        var again = (await portal.Write(Archive(id) with { Kind = CrmWriteKind.Delete })).Single();

        Assert.Equal((WriteOutcome.Confirmed, id), (first.Outcome, first.Id));
        Assert.Equal(WriteOutcome.Confirmed, again.Outcome);
        Assert.True(portal.Account.Record("contacts", id)!.Archived);
    }

    [Fact]
    public async Task A_key_that_is_not_unique_is_a_matter_of_the_mapping()
    {
        await using var portal = new Portal();

        var e = await Assert.ThrowsAsync<PortException>(() => portal.Write("companies", "domain", Upsert("ex.test", ("name", "Ex"))));

        Assert.Equal(PortTrouble.Refused, e.Trouble);
        Assert.Contains("'domain'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_a_matter_of_sign_in_and_is_not_told()
    {
        await using var portal = new Portal();
        portal.Account.RevokeToken("pat-eu1-sandbox");

        var e = await Assert.ThrowsAsync<PortException>(() => portal.Crm.CheckAsync(default));

        Assert.Equal(PortTrouble.SignIn, e.Trouble);
        Assert.Contains("AccessToken", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pat-", e.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, portal.Crm.Calls);
    }

    [Fact]
    public async Task A_lost_answer_to_an_upsert_is_repeated_and_makes_one_record()
    {
        await using var portal = new Portal(time: new Http.JumpTime());
        portal.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: "/upsert"));

        var result = (await portal.Write(Upsert("K1", ("firstname", "Ann")))).Single();

        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
        Assert.Single(portal.Account.Records("contacts"));
    }

    [Fact]
    public async Task When_every_answer_is_lost_the_outcome_is_unknown()
    {
        await using var portal = new Portal(time: new Http.JumpTime());
        portal.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: "/upsert", Times: 20));

        var result = (await portal.Write(Upsert("K1", ("firstname", "Ann")))).Single();

        Assert.Equal(WriteOutcome.Unknown, result.Outcome);
        Assert.Single(portal.Account.Records("contacts"));
    }

    [Fact]
    public async Task Locks_and_gateway_pages_are_waited_out()
    {
        await using var portal = new Portal(time: new Http.JumpTime());
        portal.Account.LockTimes(2);
        portal.Site.Inject(new Fault(FaultKind.Answer, PathContains: "/upsert", Status: 502, Body: "<html>Bad gateway</html>", ContentType: "text/html"));

        var result = (await portal.Write(Upsert("K1", ("firstname", "Ann")))).Single();

        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
    }

    [Fact]
    public async Task A_move_to_another_data_centre_parks_the_connection()
    {
        await using var portal = new Portal(time: new Http.JumpTime());
        portal.Account.MigrateFor(TimeSpan.FromHours(3));

        var e = await Assert.ThrowsAsync<PortException>(() => portal.Crm.CheckAsync(default));

        Assert.Equal(PortTrouble.Limited, e.Trouble);
        Assert.InRange(e.RetryAfter!.Value, TimeSpan.FromHours(2.9), TimeSpan.FromHours(3));
    }
}
