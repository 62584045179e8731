using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class BatchTests
{
    private readonly Portal _portal = new();

    private static string New(string email, string? trace = null) =>
        $$$"""{{{{Trace(trace)}}}"properties":{"email":"{{{email}}}"}}""";

    private static string Keyed(string key, string properties, string? trace = null, string idProperty = "warehouse_id") =>
        $$"""{{{Trace(trace)}}"id":"{{key}}","idProperty":"{{idProperty}}","properties":{{properties}}}""";

    private static string ById(string id, string properties, string? trace = null) =>
        $$"""{{{Trace(trace)}}"id":"{{id}}","properties":{{properties}}}""";

    private static string Trace(string? trace) => trace is null ? "" : $"\"objectWriteTraceId\":\"{trace}\",";

    [Theory]
    [InlineData("create")]
    [InlineData("read")]
    [InlineData("update")]
    [InlineData("upsert")]
    [InlineData("archive")]
    public async Task More_than_100_inputs_are_refused(string operation)
    {
        var inputs = Enumerable.Range(1, 101).Select(i => Keyed($"{i}", "{}")).ToArray();
        var answer = await _portal.Batch(Portal.Contacts, operation, inputs);
        Assert.Equal((400, "VALIDATION_ERROR"), (answer.Status, answer.Category));
    }

    [Theory]
    [InlineData(true, 400)]
    [InlineData(false, 200)]
    public async Task Empty_inputs_are_answered_as_switched(bool refused, int status)
    {
        _portal.Crm.Switches.EmptyInputsRefused = refused;
        Assert.Equal(status, (await _portal.Batch(Portal.Contacts, "read")).Status);
    }

    [Fact]
    public async Task Results_are_shuffled_and_the_same_seed_shuffles_the_same()
    {
        var inputs = Enumerable.Range(0, 20).Select(i => New($"c{i}@ex.test", $"r{i}")).ToArray();
        var one = await _portal.Batch(Portal.Contacts, "create", inputs);
        var other = await new Portal().Batch(Portal.Contacts, "create", inputs);
        Assert.Equal(201, one.Status);
        Assert.NotEqual(one.Ids.Order(), one.Ids);
        Assert.Equal(one.Ids, other.Ids);
        Assert.Equal("c7@ex.test", (string?)one.Traced("r7")["properties"]!["email"]);
    }

    [Fact]
    public async Task Create_with_trace_ids_writes_the_good_rows_and_names_the_bad_ones()
    {
        var answer = await _portal.Batch(Portal.Contacts, "create", New("a@ex.test", "r1"), New("bad", "r2"));
        Assert.Equal((207, 1), (answer.Status, (int)answer.Body["numErrors"]!));
        Assert.Equal("VALIDATION_ERROR", (string?)answer.Errors[0]!["category"]);
        Assert.Equal("r2", (string?)answer.Errors[0]!["context"]!["objectWriteTraceId"]![0]);
        Assert.Null(answer.Errors[0]!["errors"]);
        Assert.Single(_portal.Crm.Records("contacts"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("r1", null)]
    [InlineData("r1", "r1")]
    public async Task Create_without_a_trace_id_for_each_row_is_all_or_nothing(string? first, string? second)
    {
        var answer = await _portal.Batch(Portal.Contacts, "create", New("a@ex.test", first), New("bad", second));
        Assert.Equal((400, "INVALID_EMAIL"), (answer.Status, answer.Code));
        Assert.Empty(_portal.Crm.Records("contacts"));
    }

    [Fact]
    public async Task Create_of_an_address_in_use_is_409_for_the_whole_batch_without_trace_ids()
    {
        var id = _portal.Contact("a@ex.test");
        var answer = await _portal.Batch(Portal.Contacts, "create", New("b@ex.test"), New("a@ex.test"));
        Assert.Equal((409, $"Contact already exists. Existing ID: {id}"), (answer.Status, answer.Message));
        Assert.Single(_portal.Crm.Records("contacts"));
    }

    [Fact]
    public async Task Create_of_an_address_in_use_is_a_conflict_row_with_trace_ids()
    {
        var id = _portal.Contact("a@ex.test");
        var answer = await _portal.Batch(Portal.Contacts, "create", New("b@ex.test", "r1"), New("a@ex.test", "r2"));
        Assert.Equal((207, "CONFLICT"), (answer.Status, (string?)answer.Errors[0]!["category"]));
        Assert.Equal(id, (string?)answer.Errors[0]!["context"]!["existingId"]![0]);
    }

    [Fact]
    public async Task Create_of_one_address_twice_in_a_batch_writes_nothing_without_trace_ids()
    {
        Assert.Equal(409, (await _portal.Batch(Portal.Contacts, "create", New("a@ex.test"), New("A@ex.test"))).Status);
        Assert.Empty(_portal.Crm.Records("contacts"));
    }

    [Fact]
    public async Task Upsert_tells_new_rows_from_old_ones_and_stores_the_key()
    {
        var id = _portal.Contact("a@ex.test", ("warehouse_id", "W-1"));
        var answer = await _portal.Batch(
            Portal.Contacts, "upsert", Keyed("W-1", """{"city":"Bonn"}""", "r1"), Keyed("W-2", """{"firstname":"Bo"}""", "r2"));
        Assert.Equal(200, answer.Status);
        Assert.Equal((id, false), ((string?)answer.Traced("r1")["id"], (bool)answer.Traced("r1")["new"]!));
        Assert.Equal(("W-2", true), ((string?)answer.Traced("r2")["properties"]!["warehouse_id"], (bool)answer.Traced("r2")["new"]!));
    }

    [Fact]
    public async Task Upsert_with_trace_ids_writes_the_good_rows()
    {
        var answer = await _portal.Batch(
            Portal.Contacts, "upsert", Keyed("W-1", """{"firstname":"Al"}""", "r1"), Keyed("W-2", """{"firstname":"Bo","segment":"x"}""", "r2"));
        Assert.Equal(207, answer.Status);
        Assert.Equal("r2", (string?)answer.Errors[0]!["context"]!["objectWriteTraceId"]![0]);
        Assert.Single(_portal.Crm.Records("contacts"));
    }

    [Fact]
    public async Task Upsert_without_trace_ids_is_all_or_nothing()
    {
        var answer = await _portal.Batch(
            Portal.Contacts, "upsert", Keyed("W-1", """{"firstname":"Al"}"""), Keyed("W-2", """{"firstname":"Bo","segment":"x"}"""));
        Assert.Equal(400, answer.Status);
        Assert.Empty(_portal.Crm.Records("contacts"));
    }

    [Theory]
    [InlineData(false, 400, 0)]
    [InlineData(true, 207, 1)]
    public async Task Upsert_by_address_is_partial_only_where_switched(bool partial, int status, int written)
    {
        _portal.Crm.Switches.EmailUpsertPartialSuccess = partial;
        var answer = await _portal.Batch(
            Portal.Contacts, "upsert", Keyed("a@ex.test", "{}", "r1", "email"), Keyed("b@ex.test", """{"segment":"x"}""", "r2", "email"));
        Assert.Equal((status, written), (answer.Status, _portal.Crm.Records("contacts").Count));
    }

    [Theory]
    [InlineData("/crm/objects/2026-09/deals", "dealname", "0-3")]
    [InlineData("/crm/objects/2026-09/companies", "domain", "0-2")]
    [InlineData("/crm/objects/2026-09/contacts", "hs_object_id", "0-1")]
    public async Task Upsert_by_a_property_that_is_not_unique_is_refused(string path, string property, string type)
    {
        var answer = await _portal.Batch(path, "upsert", Keyed("1", "{}", "r1", property));
        Assert.Equal((400, $"Unable to perform update/upsert by non-unique {type} property {property}"), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData(false, 400)]
    [InlineData(true, 200)]
    public async Task Upsert_by_several_properties_is_answered_as_switched(bool allowed, int status)
    {
        _portal.Crm.Switches.MixedIdPropertyAllowed = allowed;
        _portal.Crm.Switches.EmailUpsertPartialSuccess = true;
        var answer = await _portal.Batch(
            Portal.Contacts, "upsert", Keyed("W-1", """{"firstname":"Al"}""", "r1"), Keyed("b@ex.test", "{}", "r2", "email"));
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Upsert_without_id_property_is_refused() =>
        Assert.Equal(400, (await _portal.Batch(Portal.Contacts, "upsert", ById("1", "{}"))).Status);

    [Fact]
    public async Task Duplicate_ids_refuse_the_whole_batch_even_with_trace_ids()
    {
        var answer = await _portal.Batch(
            Portal.Contacts, "upsert", Keyed("W-1", """{"firstname":"Al"}""", "r1"), Keyed("W-1", """{"firstname":"Bo"}""", "r2"));
        Assert.Equal((400, "Duplicate IDs found in batch input: [W-1]. IDs must be unique"), (answer.Status, answer.Message));
        Assert.Equal("W-1", (string?)answer.Body["context"]!["ids"]![0]);
        Assert.Empty(_portal.Crm.Records("contacts"));
    }

    [Fact]
    public async Task Duplicate_addresses_are_found_whatever_their_case()
    {
        var answer = await _portal.Batch(
            Portal.Contacts, "upsert", Keyed("A@ex.test", "{}", "r1", "email"), Keyed("a@ex.test ", "{}", "r2", "email"));
        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task Update_reports_missing_ids_with_207_even_without_trace_ids()
    {
        var id = _portal.Contact("a@ex.test");
        var answer = await _portal.Batch(Portal.Contacts, "update", ById(id, """{"city":"Bonn"}"""), ById("999", """{"city":"Kiel"}"""));
        Assert.Equal((207, "OBJECT_NOT_FOUND", "999"),
            (answer.Status, (string?)answer.Errors[0]!["category"], (string?)answer.Errors[0]!["context"]!["ids"]![0]));
        Assert.Equal([id], answer.Ids);
    }

    [Fact]
    public async Task Update_echoes_the_trace_id_of_a_missing_id()
    {
        var answer = await _portal.Batch(Portal.Contacts, "update", ById("999", """{"city":"Kiel"}""", "r1"));
        Assert.Equal("r1", (string?)answer.Errors[0]!["context"]!["objectWriteTraceId"]![0]);
    }

    [Theory]
    [InlineData(true, 200, 0)]
    [InlineData(false, 207, 1)]
    public async Task Update_of_a_merged_away_id_vanishes_or_fails_as_switched(bool vanishes, int status, int errors)
    {
        _portal.Crm.Switches.MergedIdsVanishFromBatchUpdate = vanishes;
        var (a, b) = (_portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        _portal.Crm.MergeAsUser("contacts", a, b);
        var answer = await _portal.Batch(Portal.Contacts, "update", ById(a, """{"city":"Bonn"}""", "r1"));
        Assert.Equal(status, answer.Status);
        Assert.Empty(answer.Results);
        Assert.Equal(errors, answer.Body["errors"]?.AsArray().Count ?? 0);
    }

    [Theory]
    [InlineData(false, null, 400)]
    [InlineData(true, null, 207)]
    [InlineData(false, "r", 207)]
    public async Task Update_with_a_bad_row_is_whole_or_partial(bool switched, string? trace, int status)
    {
        _portal.Crm.Switches.BatchUpdatePartialWithoutTraceIds = switched;
        var (a, b) = (_portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        var answer = await _portal.Batch(
            Portal.Contacts, "update", ById(a, """{"city":"Bonn"}""", trace), ById(b, """{"segment":"x"}""", trace is null ? null : "other"));
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 207, _portal.Crm.Record("contacts", a)!.Properties.ContainsKey("city"));
    }

    [Fact]
    public async Task Update_by_a_unique_property_finds_the_record()
    {
        var id = _portal.Contact("a@ex.test", ("warehouse_id", "W-1"));
        Assert.Equal([id], (await _portal.Batch(Portal.Contacts, "update", Keyed("W-1", """{"city":"Bonn"}"""))).Ids);
    }

    [Fact]
    public async Task Read_gathers_missing_ids_in_one_error()
    {
        var id = _portal.Contact("a@ex.test");
        var answer = await _portal.Batch(Portal.Contacts, "read", $$"""{"id":"{{id}}"}""", """{"id":"8"}""", """{"id":"9"}""");
        Assert.Equal((207, 1), (answer.Status, (int)answer.Body["numErrors"]!));
        Assert.Equal("Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
            (string?)answer.Errors[0]!["message"]);
        Assert.Equal(["8", "9"], answer.Errors[0]!["context"]!["ids"]!.AsArray().Select(i => (string)i!));
    }

    [Fact]
    public async Task Read_by_address_ignores_case_and_follows_merges()
    {
        var survivor = _portal.Crm.MergeAsUser("contacts", _portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        var answer = await _portal.Post($"{Portal.Contacts}/batch/read", """{"idProperty":"email","inputs":[{"id":"B@ex.test"}],"properties":["email"]}""");
        Assert.Equal([survivor], answer.Ids);
    }

    [Fact]
    public async Task Read_with_history_takes_50()
    {
        var inputs = string.Join(',', Enumerable.Range(1, 51).Select(i => $$"""{"id":"{{i}}"}"""));
        var answer = await _portal.Post($"{Portal.Contacts}/batch/read", $$"""{"propertiesWithHistory":["email"],"inputs":[{{inputs}}]}""");
        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task Read_shows_archived_records_only_when_asked()
    {
        var id = _portal.Contact("a@ex.test");
        _portal.Crm.ArchiveAsUser("contacts", id);
        Assert.Equal(207, (await _portal.Batch(Portal.Contacts, "read", $$"""{"id":"{{id}}"}""")).Status);
        var archived = await _portal.Post($"{Portal.Contacts}/batch/read?archived=true", $$"""{"inputs":[{"id":"{{id}}"}]}""");
        Assert.True((bool)archived.Results[0]!["archived"]!);
    }

    [Theory]
    [InlineData(false, 204)]
    [InlineData(true, 207)]
    public async Task Archive_passes_over_missing_ids_or_reports_them_as_switched(bool reports, int status)
    {
        _portal.Crm.Switches.BatchArchiveReportsMissing = reports;
        var id = _portal.Contact("a@ex.test");
        Assert.Equal(status, (await _portal.Batch(Portal.Contacts, "archive", $$"""{"id":"{{id}}"}""", """{"id":"9"}""")).Status);
        Assert.Empty(_portal.Crm.Records("contacts"));
    }

    [Fact]
    public async Task Association_without_types_spoils_the_row()
    {
        var answer = await _portal.Batch(Portal.Contacts, "create", """{"properties":{"email":"a@ex.test"},"associations":[{"to":{"id":"1"}}]}""");
        Assert.Equal(400, answer.Status);
        Assert.Empty(_portal.Crm.Records("contacts"));
    }

    [Fact]
    public async Task Upsert_by_an_additional_address_keeps_the_primary_one()
    {
        var id = _portal.Contact("main@ex.test", ("hs_additional_emails", "other@ex.test"));
        var answer = await _portal.Batch(
            Portal.Contacts, "upsert", """{"id":"Other@ex.test","idProperty":"email","properties":{"phone":"1"},"objectWriteTraceId":"r1"}""");
        Assert.Equal((id, "main@ex.test", false), (
            (string?)answer.Traced("r1")["id"], (string?)answer.Traced("r1")["properties"]!["email"], (bool)answer.Traced("r1")["new"]!));
        Assert.Equal("other@ex.test", _portal.Crm.Record("contacts", id)!.Properties["hs_additional_emails"]);
    }
}
