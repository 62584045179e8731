using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class SchemaTests
{
    private const string Cars = """
        {"name":"car","labels":{"singular":"Car","plural":"Cars"},"primaryDisplayProperty":"plate","requiredProperties":["plate"],
         "searchableProperties":["plate"],"associatedObjects":["CONTACT"],
         "properties":[{"name":"plate","label":"Plate","type":"string","fieldType":"text","hasUniqueValue":true},
                       {"name":"doors","label":"Doors","type":"number","fieldType":"number"}]}
        """;

    private readonly Portal _portal = new();

    [Theory]
    [InlineData("/crm-object-schemas/2026-09/schemas")]
    [InlineData("/crm-object-schemas/v3/schemas")]
    [InlineData("/crm/v3/schemas")]
    public async Task Definition_is_made_and_found_in_every_version(string path)
    {
        var made = await _portal.Post(path, Cars);
        Assert.Equal((201, "p4242_car"), (made.Status, (string?)made.Body["fullyQualifiedName"]));
        Assert.StartsWith("2-", (string?)made.Body["objectTypeId"], StringComparison.Ordinal);
        Assert.Equal("car", (string?)Assert.Single((await _portal.Get(path)).Results)!["name"]);
        Assert.Equal("Cars", (string?)(await _portal.Get($"{path}/p4242_car")).Body["labels"]!["plural"]);
    }

    [Fact]
    public async Task Records_go_by_type_id_by_full_name_and_by_short_name()
    {
        var type = _portal.Crm.AddSchema(Cars);
        var made = await _portal.Create($"/crm/objects/2026-09/{type}", """{"plate":"B-1","doors":"4"}""");
        Assert.Equal(201, made.Status);
        foreach (var name in new[] { type, "p4242_car", "p_car" })
        {
            Assert.Equal(made.Id, (await _portal.Get($"/crm/objects/2026-09/{name}/B-1?idProperty=plate")).Id);
        }
    }

    [Fact]
    public async Task Required_properties_of_the_definition_bind_creates()
    {
        var type = _portal.Crm.AddSchema(Cars);
        var answer = await _portal.Create($"/crm/objects/2026-09/{type}", """{"doors":"4"}""");
        Assert.Equal((400, "MISSING_REQUIRED_PROPERTY"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Read_without_names_shows_the_three_properties_that_custom_objects_have()
    {
        var type = _portal.Crm.AddSchema(Cars);
        var id = _portal.Crm.CreateAsUser(type, new Dictionary<string, string?> { ["plate"] = "B-1" });
        var shown = await _portal.Get($"/crm/objects/2026-09/{type}/{id}");
        Assert.Equal(["hs_createdate", "hs_lastmodifieddate", "hs_object_id"], shown.Body["properties"]!.AsObject().Select(p => p.Key));
    }

    [Fact]
    public async Task Custom_objects_search_upsert_and_merge_like_any_other()
    {
        var path = $"/crm/objects/2026-09/{_portal.Crm.AddSchema(Cars)}";
        var upsert = await _portal.Batch(
            path, "upsert", """{"id":"B-1","idProperty":"plate","properties":{"doors":"2"}}""", """{"id":"B-2","idProperty":"plate","properties":{}}""");
        Assert.Equal((200, 2), (upsert.Status, upsert.Results.Count));
        _portal.LetIndexCatchUp();
        Assert.Equal(2, (int)(await _portal.Post($"{path}/search", """{"query":"B"}""")).Body["total"]!);
        var merged = await _portal.Post($"{path}/merge", $$"""{"primaryObjectId":"{{upsert.Ids[0]}}","objectIdToMerge":"{{upsert.Ids[1]}}"}""");
        Assert.DoesNotContain(merged.Id, upsert.Ids);
    }

    [Fact]
    public async Task Custom_objects_are_associated_by_types_of_the_account()
    {
        var type = _portal.Crm.AddSchema(Cars);
        var car = _portal.Crm.CreateAsUser(type, new Dictionary<string, string?> { ["plate"] = "B-1" });
        var ann = _portal.Contact("ann@ex.test");
        Assert.Equal(200, (await _portal.Put($"/crm/objects/2026-09/{type}/{car}/associations/default/contacts/{ann}")).Status);
        var read = await _portal.Get($"/crm/objects/2026-09/contacts/{ann}/associations/{type}");
        Assert.Equal("USER_DEFINED", (string?)read.Results[0]!["associationTypes"]![0]!["category"]);
        Assert.Equal(400, (await _portal.Put($"/crm/objects/2026-09/{type}/{car}/associations/default/companies/{_portal.Company("Acme")}")).Status);
    }

    [Fact]
    public async Task Custom_scopes_are_asked_for()
    {
        var type = _portal.Crm.AddSchema(Cars);
        _portal.Crm.AddToken(new HubSpotToken("narrow", "7", new HashSet<string> { "crm.objects.custom.read" }));
        _portal.Token = "narrow";
        Assert.Equal(200, (await _portal.Get($"/crm/objects/2026-09/{type}")).Status);
        Assert.Equal(403, (await _portal.Get($"/crm/properties/2026-09/{type}")).Status);
        Assert.Equal(403, (await _portal.Get("/crm-object-schemas/2026-09/schemas")).Status);
    }

    [Fact]
    public async Task Definition_with_records_stays_and_an_empty_one_goes()
    {
        var type = _portal.Crm.AddSchema(Cars);
        var id = _portal.Crm.CreateAsUser(type, new Dictionary<string, string?> { ["plate"] = "B-1" });
        Assert.Equal(400, (await _portal.Delete($"/crm-object-schemas/2026-09/schemas/{type}")).Status);
        _portal.Crm.ArchiveAsUser(type, id);
        Assert.Equal(204, (await _portal.Delete($"/crm-object-schemas/2026-09/schemas/{type}")).Status);
        Assert.Equal(400, (await _portal.Get($"/crm/objects/2026-09/{type}")).Status);
    }

    [Theory]
    [InlineData("""{"name":"1car","labels":{},"primaryDisplayProperty":"plate"}""")]
    [InlineData("""{"name":"car","primaryDisplayProperty":"plate"}""")]
    [InlineData("""{"name":"car","labels":{},"primaryDisplayProperty":"nope"}""")]
    [InlineData("""{"name":"car","labels":{},"primaryDisplayProperty":"hs_object_id","associatedObjects":["GADGET"]}""")]
    public async Task Bad_definition_is_refused_and_leaves_nothing(string body)
    {
        Assert.Equal(400, (await _portal.Post("/crm-object-schemas/2026-09/schemas", body)).Status);
        Assert.Empty((await _portal.Get("/crm-object-schemas/2026-09/schemas")).Results);
    }
}
