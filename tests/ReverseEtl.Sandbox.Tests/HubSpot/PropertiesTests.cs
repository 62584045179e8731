namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class PropertiesTests
{
    private const string Path = "/crm/properties/2026-09/contacts";
    private readonly Portal _portal = new();

    private static string Definition(string name, string more = "") =>
        $$"""{"name":"{{name}}","label":"L","type":"string","fieldType":"text","groupName":"contactinformation"{{more}}}""";

    [Fact]
    public async Task Catalogue_tells_types_options_and_what_cannot_be_written()
    {
        var all = (await _portal.Get(Path)).Results.ToDictionary(p => (string)p!["name"]!, p => p!);
        Assert.True((bool)all["warehouse_id"]["hasUniqueValue"]!);
        Assert.Equal(("enumeration", "checkbox"), ((string?)all["interests"]["type"], (string?)all["interests"]["fieldType"]));
        Assert.True((bool)all["hs_email_domain"]["calculated"]!);
        Assert.True((bool)all["createdate"]["modificationMetadata"]!["readOnlyValue"]!);
        Assert.False((bool)all["city"]["modificationMetadata"]!["readOnlyValue"]!);
        Assert.Equal("number", (string?)all["hs_object_id"]["type"]);
        Assert.Equal(("OWNER", 0), ((string?)all["hubspot_owner_id"]["referencedObjectType"], all["hubspot_owner_id"]["options"]!.AsArray().Count));
        Assert.True((bool)all["hubspot_owner_id"]["externalOptions"]!);
    }

    [Theory]
    [InlineData("companies", "health_score")]
    [InlineData("deals", "dealstage")]
    [InlineData("tickets", "hs_pipeline_stage")]
    public async Task Every_type_has_its_own_properties_in_both_path_families(string type, string name)
    {
        Assert.Equal(200, (await _portal.Get($"/crm/properties/2026-09/{type}/{name}")).Status);
        Assert.Equal(200, (await _portal.Get($"/crm/v3/properties/{type}/{name}")).Status);
    }

    [Fact]
    public async Task Unknown_property_is_404()
    {
        var answer = await _portal.Get($"{Path}/nope");
        Assert.Equal((404, "OBJECT_NOT_FOUND"), (answer.Status, answer.Category));
    }

    [Fact]
    public async Task Created_property_takes_values()
    {
        Assert.Equal(201, (await _portal.Post(Path, Definition("tier"))).Status);
        Assert.Equal("gold", (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","tier":"gold"}""")).Property("tier"));
    }

    [Fact]
    public async Task Existing_name_is_409()
    {
        var answer = await _portal.Post(Path, Definition("segment"));
        Assert.Equal((409, "OBJECT_ALREADY_EXISTS", "Properties.PROPERTY_WITH_NAME_EXISTS", "A property named 'segment' already exists."),
            (answer.Status, answer.Category, (string?)answer.Body["subCategory"], answer.Message));
    }

    [Theory]
    [InlineData("""{"name":"x","label":"L","type":"string","fieldType":"number","groupName":"contactinformation"}""")]
    [InlineData("""{"name":"x","label":"L","type":"string","fieldType":"text","groupName":"nowhere"}""")]
    [InlineData("""{"name":"X y","label":"L","type":"string","fieldType":"text","groupName":"contactinformation"}""")]
    [InlineData("""{"name":"x","label":"L","type":"enumeration","fieldType":"select","groupName":"contactinformation"}""")]
    [InlineData("""{"name":"x","type":"string","fieldType":"text","groupName":"contactinformation"}""")]
    public async Task Bad_definition_is_400(string definition) => Assert.Equal(400, (await _portal.Post(Path, definition)).Status);

    [Fact]
    public async Task Eleventh_unique_property_is_refused()
    {
        for (var i = 1; i < 10; i++)
        {
            Assert.Equal(201, (await _portal.Post(Path, Definition($"key{i}", ",\"hasUniqueValue\":true"))).Status);
        }

        Assert.Equal(400, (await _portal.Post(Path, Definition("key10", ",\"hasUniqueValue\":true"))).Status);
    }

    [Fact]
    public async Task Update_replaces_options_and_cannot_change_uniqueness()
    {
        var answer = await _portal.Patch($"{Path}/segment", """{"options":[{"label":"Big","value":"big","displayOrder":0,"hidden":false}]}""");
        Assert.Single(answer.Body["options"]!.AsArray());
        Assert.Equal("INVALID_OPTION", (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","segment":"smb"}""")).Code);
        Assert.Equal(400, (await _portal.Patch($"{Path}/segment", """{"hasUniqueValue":true}""")).Status);
    }

    [Fact]
    public async Task Archived_property_is_unknown_until_it_is_created_again()
    {
        var id = _portal.Contact("a@ex.test", ("lead_score", "7"));
        Assert.Equal(204, (await _portal.Delete($"{Path}/lead_score")).Status);
        Assert.Equal("PROPERTY_DOESNT_EXIST", (await _portal.Change($"{Portal.Contacts}/{id}", """{"lead_score":"8"}""")).Code);
        Assert.Equal(200, (await _portal.Get($"{Path}/lead_score?archived=true")).Status);
        var again = """{"name":"lead_score","label":"Score","type":"number","fieldType":"number","groupName":"contactinformation"}""";
        Assert.Equal(201, (await _portal.Post(Path, again)).Status);
        Assert.Equal("7", (await _portal.Get($"{Portal.Contacts}/{id}?properties=lead_score")).Property("lead_score"));
    }

    [Fact]
    public async Task Property_in_use_or_of_hubspot_cannot_be_archived()
    {
        _portal.Crm.RequireOnCreate("contacts", "lead_score");
        var inUse = await _portal.Delete($"{Path}/lead_score");
        Assert.Equal((400, "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"), (inUse.Status, (string?)inUse.Body["subCategory"]));
        Assert.Equal(400, (await _portal.Delete($"{Path}/city")).Status);
    }

    [Theory]
    [InlineData("/crm/properties/2026-09/contacts", """{"archived":false,"dataSensitivity":"non_sensitive","inputs":[{"name":"city"}]}""", 200)]
    [InlineData("/crm/properties/2026-09/contacts", """{"archived":false,"inputs":[{"name":"city"}]}""", 400)]
    [InlineData("/crm/v3/properties/contacts", """{"archived":false,"inputs":[{"name":"city"}]}""", 200)]
    [InlineData("/crm/v3/properties/contacts", """{"inputs":[{"name":"city"}]}""", 400)]
    [InlineData("/crm/v3/properties/contacts", """{"archived":false,"inputs":[{"name":"city"},{"name":"nope"}]}""", 207)]
    public async Task Batch_read_demands_all_of_its_fields(string path, string body, int status) =>
        Assert.Equal(status, (await _portal.Post($"{path}/batch/read", body)).Status);

    [Fact]
    public async Task Batch_create_reports_each_property_and_batch_archive_is_idempotent()
    {
        var created = await _portal.Post($"{Path}/batch/create", $$"""{"inputs":[{{Definition("p1")}},{{Definition("segment")}}]}""");
        Assert.Equal((207, 1), (created.Status, created.Results.Count));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(204, (await _portal.Post($"{Path}/batch/archive", """{"inputs":[{"name":"p1"}]}""")).Status);
        }
    }

    [Fact]
    public async Task Groups_are_listed_and_created_once()
    {
        Assert.Equal(201, (await _portal.Post($"{Path}/groups", """{"name":"warehouse","label":"Warehouse"}""")).Status);
        Assert.Equal(409, (await _portal.Post($"{Path}/groups", """{"name":"warehouse","label":"Warehouse"}""")).Status);
        Assert.Equal(["contactinformation", "warehouse"], (await _portal.Get($"{Path}/groups")).Results.Select(g => (string)g!["name"]!));
    }

    [Fact]
    public async Task Archived_property_is_gone_after_90_days()
    {
        await _portal.Delete($"{Path}/lead_score");
        Assert.Equal(200, (await _portal.Get($"{Path}/lead_score?archived=true")).Status);
        _portal.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(404, (await _portal.Get($"{Path}/lead_score?archived=true")).Status);
        Assert.Empty((await _portal.Get($"{Path}?archived=true")).Results);
    }

    [Fact]
    public async Task Definition_is_shown_as_it_was_given()
    {
        var made = await _portal.Post(Path, """
            {"name":"fee","label":"Fee","type":"number","fieldType":"number","groupName":"contactinformation","numberDisplayHint":"currency",
             "showCurrencySymbol":true,"dataSensitivity":"sensitive","description":"A fee"}
            """);
        Assert.Equal((201, "currency", true, "sensitive"), (
            made.Status, (string?)made.Body["numberDisplayHint"], (bool)made.Body["showCurrencySymbol"]!, (string?)made.Body["dataSensitivity"]));
        Assert.DoesNotContain((await _portal.Get(Path)).Results, p => (string?)p!["name"] == "fee");
        Assert.Equal("fee", (string?)Assert.Single((await _portal.Get($"{Path}?dataSensitivity=sensitive")).Results)!["name"]);
        var changed = await _portal.Patch($"{Path}/fee", """{"label":"Fees"}""");
        Assert.Equal(("Fees", "currency"), ((string?)changed.Body["label"], (string?)changed.Body["numberDisplayHint"]));
    }
}
