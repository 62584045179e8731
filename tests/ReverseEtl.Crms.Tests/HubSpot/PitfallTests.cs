using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.HubSpot;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>What the reference warns of and no other class here is about, each in both ways where nobody knows which is true.</summary>
public sealed class PitfallTests : IAsyncDisposable
{
    private readonly Portal _portal = new();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData(NullValue.Reject)]
    [InlineData(NullValue.Ignore)]
    public async Task Null_clears_a_value_whatever_a_null_of_json_does(NullValue ways)
    {
        _portal.Account.Switches.NullValue = ways;
        var id = _portal.Contact("a@ex.test", ("city", "Bonn"));
        Assert.Equal(WriteOutcome.Confirmed, (await _portal.Write(Update(id, ("city", null))))[0].Outcome);
        Assert.DoesNotContain("city", _portal.Account.Record("contacts", id)!.Properties.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cleared_value_reads_as_nothing_in_both_spellings(bool asText)
    {
        _portal.Account.Switches.ClearedReadsAsEmptyText = asText;
        var id = _portal.Contact("a@ex.test", ("city", "Bonn"));
        await _portal.Write(Update(id, ("city", null)));
        Assert.Equal(FieldValue.Null, (await _portal.Crm.ReadAsync(await _portal.Reading("city"), [id], default))[id].Values[0]);
    }

    [Fact]
    public async Task Step_back_of_the_lifecycle_that_hubspot_ignores_is_made_by_clearing_it_first()
    {
        var (id, other) = (_portal.Contact("a@ex.test", ("lifecyclestage", "customer")), _portal.Contact("b@ex.test", ("lifecyclestage", "lead")));
        var results = await _portal.Write(Update(id, ("lifecyclestage", "lead"), ("city", "Bonn")), Update(other, ("lifecyclestage", "customer")));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(("lead", "Bonn"), (results[0].Stored!["lifecyclestage"].Text, results[0].Stored!["city"].Text));
        var record = _portal.Account.Record("contacts", id)!;
        Assert.Equal(("lead", record.UpdatedAt), (record.Properties["lifecyclestage"], results[0].Version));
    }

    [Theory]
    [InlineData(1, WriteOutcome.Confirmed, "customer")]
    [InlineData(2, WriteOutcome.Unknown, null)]
    public async Task Step_back_of_the_lifecycle_that_ends_half_way_is_told_as_such(int refused, WriteOutcome outcome, string? stage)
    {
        await using var hubspot = new Scripted();
        var updates = 0;
        hubspot.Wire.Otherwise = _ => updates++ == refused
            ? ScriptedWire.Answer(403, """{"category":"MISSING_SCOPES"}""")
            : ScriptedWire.Answer(200, """{"results":[{"id":"1","properties":{"lifecyclestage":"customer"}}]}""");
        var result = (await hubspot.Write(Update("1", ("lifecyclestage", "lead")))).Single();
        Assert.Equal((outcome, stage), (result.Outcome, result.Stored?["lifecyclestage"].Text));
        Assert.Equal(refused + 1, updates);
    }

    [Fact]
    public async Task Step_back_of_the_lifecycle_that_hubspot_refuses_is_a_rejected_record()
    {
        _portal.Account.Switches.LifecycleBackward = LifecycleBackward.Reject;
        var id = _portal.Contact("a@ex.test", ("lifecyclestage", "customer"));
        Assert.Equal("validation", (await _portal.Write(Update(id, ("lifecyclestage", "lead"))))[0].Error!.Class);
    }

    [Fact]
    public async Task Admin_rules_of_2026_09_reject_the_record_and_name_the_property()
    {
        _portal.Account.RequireWhen("contacts", "zip", "country", "Germany");
        _portal.Account.RequireOnCreate("contacts", "jobtitle");
        var results = await _portal.Write(
            Upsert("K-1", ("firstname", "A")), Upsert("K-2", ("firstname", "B"), ("jobtitle", "CTO"), ("country", "Germany")),
            Upsert("K-3", ("firstname", "C"), ("jobtitle", "CFO")));
        Assert.Equal(
            [("MISSING_REQUIRED_PROPERTY", "jobtitle"), ("MISSING_CONDITIONAL_REQUIRED_PROPERTY", "zip")],
            results.Take(2).Select(r => (r.Error!.Code, r.Error.Fields[0])));
        Assert.Equal(WriteOutcome.Confirmed, results[2].Outcome);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(400)]
    public async Task Address_taken_by_an_update_is_a_duplicate_that_names_the_holder(int status)
    {
        _portal.Account.Switches.EmailConflictOnUpdateStatus = status;
        var (ann, bea) = (_portal.Contact("ann@ex.test"), _portal.Contact("bea@ex.test"));
        var result = (await _portal.Write(Update(bea, ("email", "ann@ex.test"))))[0];
        Assert.Equal((WriteOutcome.Rejected, "duplicate", ann), (result.Outcome, result.Error!.Class, result.Error.ExistingId));
    }

    [Theory]
    [InlineData(409)]
    [InlineData(400)]
    public async Task Unique_value_taken_is_a_duplicate_that_names_the_holder(int status)
    {
        _portal.Account.Switches.UniqueConflictStatus = status;
        var holder = _portal.Contact("a@ex.test", ("warehouse_id", "W-1"));
        var results = await _portal.Write(Upsert("K-1", ("firstname", "B"), ("warehouse_id", "W-1")), Upsert("K-2", ("firstname", "C")));
        Assert.Equal((WriteOutcome.Rejected, "duplicate", holder), (results[0].Outcome, results[0].Error!.Class, results[0].Error!.ExistingId));
        Assert.Equal(WriteOutcome.Confirmed, results[1].Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Merged_away_record_in_an_update_is_missing_whether_or_not_hubspot_says_so(bool vanishes)
    {
        _portal.Account.Switches.MergedIdsVanishFromBatchUpdate = vanishes;
        var (ann, bea) = (_portal.Contact("ann@ex.test"), _portal.Contact("bea@ex.test"));
        var survivor = _portal.Account.MergeAsUser("contacts", ann, bea);
        var result = (await _portal.Write(Update(bea, ("city", "Bonn"))))[0];
        Assert.Equal((WriteOutcome.Missing, survivor), (result.Outcome, result.Id));
        Assert.DoesNotContain("city", _portal.Account.Record("contacts", survivor)!.Properties.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_of_the_record_that_lost_a_merge_finds_the_survivor_or_nothing(bool resolves)
    {
        _portal.Account.Switches.MergedKeysResolve = resolves;
        var (ann, bea) = (_portal.Contact("ann@ex.test", (Key, "K-1")), _portal.Contact("bea@ex.test", (Key, "K-2")));
        var survivor = _portal.Account.MergeAsUser("contacts", ann, bea);
        var found = await _portal.Crm.FindByKeyAsync(await _portal.Reading("firstname"), ["K-1", "K-2"], default);
        Assert.Equal(survivor, Assert.Single(found["K-1"]).Id);
        Assert.Empty(found["K-2"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Archive_of_what_is_gone_is_confirmed_in_both_ways(bool reported)
    {
        _portal.Account.Switches.BatchArchiveReportsMissing = reported;
        var (ann, gone) = (_portal.Contact("ann@ex.test"), _portal.Contact("gone@ex.test"));
        _portal.Account.Purge("contacts", gone);
        Assert.All(await _portal.Write(Archive(ann), Archive(gone)), r => Assert.Equal(WriteOutcome.Confirmed, r.Outcome));
        Assert.True(_portal.Account.Record("contacts", ann)!.Archived);
    }

    [Fact]
    public async Task Restored_record_is_news_again_under_its_old_id()
    {
        var id = _portal.Contact("a@ex.test");
        _portal.LetIndexCatchUp();
        _portal.Account.ArchiveAsUser("contacts", id);
        _portal.Time.Advance(TimeSpan.FromHours(1));
        var since = _portal.Time.GetUtcNow();
        _portal.Account.Restore("contacts", id);
        _portal.LetIndexCatchUp();
        Assert.Equal(id, Assert.Single(await _portal.Changes(await _portal.Reading("firstname"), since)).Id);
        Assert.Equal(CrmPresence.Live, (await _portal.Crm.ReadAsync(await _portal.Reading("firstname"), [id], default))[id].Presence);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Identical_write_is_confirmed_and_its_version_is_the_records(bool bumps)
    {
        _portal.Account.Switches.IdenticalWritesBumpModified = bumps;
        _portal.Account.Switches.IdenticalWritesAddHistory = bumps;
        var id = _portal.Contact("a@ex.test", ("city", "Bonn"));
        _portal.Time.Advance(TimeSpan.FromMinutes(1));
        var result = (await _portal.Write(Update(id, ("city", "Bonn"))))[0];
        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
        Assert.Equal(_portal.Account.Record("contacts", id)!.UpdatedAt, result.Version);
    }

    [Theory]
    [InlineData("2026-09")]
    [InlineData("v3")]
    public async Task Times_in_milliseconds_are_the_same_values(string version)
    {
        await using var portal = new Portal(version);
        var id = portal.Contact("a@ex.test", ("trial_ends", "2026-12-24"), ("last_seen_at", "2026-11-01T08:00:00.250Z"));
        var read = await portal.Reading("trial_ends", "last_seen_at");
        var iso = (await portal.Crm.ReadAsync(read, [id], default))[id];
        portal.Account.Switches.TimesReadAsMilliseconds = true;
        var ms = (await portal.Crm.ReadAsync(read, [id], default))[id];
        Assert.Equal(iso.Values, ms.Values);
        Assert.Equal(iso.Version, ms.Version);
        Assert.Equal("2026-12-24", iso.Values[0].Text);
    }

    [Fact]
    public async Task Ids_are_texts_even_where_the_property_says_number()
    {
        var schema = (await _portal.Crm.DescribeAsync("contacts", default))!;
        Assert.Equal((FieldKind.Text, FieldKind.Text), (schema.Find("hs_object_id")!.Type.Kind, schema.Find("associatedcompanyid")!.Type.Kind));
        Assert.Equal(FieldKind.Decimal, schema.Find("lead_score")!.Type.Kind);
    }

    [Fact]
    public async Task Property_that_is_no_more_is_not_observed_rather_than_empty()
    {
        var id = _portal.Contact("a@ex.test", ("jobtitle", "CTO"));
        var read = await _portal.Reading("firstname");
        var gone = read with { Fields = [.. read.Fields, read.Fields[0] with { Name = "dropped" }] };
        Assert.Equal(ValueState.NotObserved, (await _portal.Crm.ReadAsync(gone, [id], default))[id].Values[1].State);
    }

    [Fact]
    public async Task Two_companies_of_one_domain_are_two_and_the_domain_is_no_key()
    {
        var results = await _portal.Write(
            "companies", Key, Upsert("A", ("name", "A"), ("domain", "same.test")), Upsert("B", ("name", "B"), ("domain", "same.test")));
        Assert.Equal(2, results.Select(r => r.Id).Distinct().Count());
        var read = await _portal.ReadingOf("companies", "domain", "name");
        Assert.Equal(PortTrouble.Refused, (await Assert.ThrowsAsync<PortException>(() => _portal.Crm.FindByKeyAsync(read, ["same.test"], default))).Trouble);
    }

    [Theory]
    [InlineData("2026-09")]
    [InlineData("v3")]
    public async Task Custom_object_is_discovered_written_searched_and_deleted_like_any_other(string version)
    {
        await using var portal = new Portal(version);
        var type = portal.Account.AddSchema("""
            {"name":"car","labels":{"singular":"Car","plural":"Cars"},"primaryDisplayProperty":"plate","requiredProperties":["plate"],
             "properties":[{"name":"plate","label":"Plate","type":"string","fieldType":"text","hasUniqueValue":true},
                           {"name":"doors","label":"Doors","type":"number","fieldType":"number"}]}
            """);
        var since = portal.Time.GetUtcNow();
        var results = await portal.Write(type, "plate", Upsert("B-1", ("doors", "4")), Upsert("B-2", ("doors", "2")));
        Assert.All(results, r => Assert.True(r.Created));
        portal.LetIndexCatchUp();
        var read = await portal.ReadingOf(type, "plate", "doors");
        Assert.Equal(results.Select(r => r.Id!).Order(), (await portal.Changes(read, since)).Select(c => c.Id).Order());
        await portal.Write(type, "plate", Archive(results[0].Id!));
        Assert.Equal(CrmPresence.Deleted, (await portal.Crm.ReadAsync(read, [results[0].Id!], default))[results[0].Id!].Presence);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Limit_is_waited_out_in_every_shape_that_hubspot_tells_it_in(bool category, bool retryAfter)
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        await using var portal = new Portal(time: time);
        portal.Account.Switches.LimitsAreACategory = category;
        portal.Account.Switches.LimitsTellRetryAfter = retryAfter;
        portal.Account.Switches.TenSecondlyLimit = 1;
        using var other = new HttpClient(new Sandbox.Http.SandboxHandler(portal.Site, time)) { BaseAddress = new Uri("https://api.hubapi.com") };
        other.DefaultRequestHeaders.Authorization = new("Bearer", HubSpotOptions.DefaultToken);
        await other.GetAsync("crm/owners/2026-09");
        var start = time.GetUtcNow();
        await portal.Crm.CheckAsync(default);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(12));
        Assert.Equal(2, portal.Crm.Calls);
    }
}
