using System.Text;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

/// <summary>Nothing that anybody sends makes the sandbox fail, nor breaks what comes later.</summary>
public sealed class HostileInputTests
{
    private const string Cars = """
        {"name":"car","labels":{"singular":"Car","plural":"Cars"},"primaryDisplayProperty":"plate","requiredProperties":["plate"],
         "associatedObjects":["CONTACT"],"properties":[{"name":"plate","label":"Plate","type":"string","fieldType":"text"}]}
        """;

    private const string Mark = "here";

    private readonly Portal _portal = new();

    [Fact]
    public async Task Body_that_claims_to_be_compressed_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Portal.Contacts);
        request.Content = new StringContent("not compressed", Encoding.UTF8, "application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        using var answer = await _portal.Client.SendAsync(request);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("""["1"],"list":["2"]""")]
    [InlineData("""{"list":["1"]}""")]
    [InlineData("[[[")]
    [InlineData("")]
    public async Task Body_that_must_be_a_list_is_taken_as_nothing_else(string body)
    {
        var list = (string?)(await _portal.Post("/crm/lists/2026-09", """{"name":"VIP","objectTypeId":"0-1","processingType":"MANUAL"}"""))
            .Body["list"]!["listId"];
        Assert.Equal(400, (await _portal.Put($"/crm/lists/2026-09/{list}/memberships/add", body)).Status);
    }

    [Fact]
    public async Task Definition_that_goes_takes_everything_that_names_it_along()
    {
        var type = _portal.Crm.AddSchema(Cars);
        var ann = _portal.Contact("ann@ex.test");
        var bea = _portal.Contact("bea@ex.test");
        var car = _portal.Crm.CreateAsUser(type, new Dictionary<string, string?> { ["plate"] = "B-1" });
        await _portal.Put($"{Portal.Contacts}/{ann}/associations/default/{type}/{car}");
        var kind = (int)(await _portal.Get($"/crm/associations/2026-09/contacts/{type}/labels")).Results[0]!["typeId"]!;
        var list = (string?)(await _portal.Post(
            "/crm/lists/2026-09", $$"""{"name":"VIP","objectTypeId":"{{type}}","processingType":"MANUAL"}""")).Body["list"]!["listId"];
        _portal.Crm.ArchiveAsUser(type, car);

        Assert.Equal(204, (await _portal.Delete($"/crm-object-schemas/2026-09/schemas/{type}")).Status);

        Assert.Equal(404, (await _portal.Put($"/crm/lists/2026-09/{list}/memberships/add", $"""["{car}"]""")).Status);
        Assert.Equal(400, (await _portal.Post(Portal.Contacts, $$$"""
            {"properties":{"email":"c@ex.test"},
             "associations":[{"to":{"id":"{{{car}}}"},"types":[{"associationCategory":"USER_DEFINED","associationTypeId":{{{kind}}}}]}]}
            """)).Status);
        Assert.Equal(200, (await _portal.Post($"{Portal.Contacts}/merge", $$"""{"primaryObjectId":"{{ann}}","objectIdToMerge":"{{bea}}"}""")).Status);
        Assert.Equal(204, (await _portal.Post($"{Portal.Contacts}/gdpr-delete", $$"""{"objectId":"{{ann}}"}""")).Status);
    }

    [Theory]
    [InlineData("""{"labels":"Car"}""")]
    [InlineData("""{"requiredProperties":["nope"]}""")]
    [InlineData("""{"primaryDisplayProperty":"nope"}""")]
    public async Task Bad_change_of_a_definition_is_refused_and_changes_nothing(string body)
    {
        var type = _portal.Crm.AddSchema(Cars);
        Assert.Equal(400, (await _portal.Patch($"/crm-object-schemas/2026-09/schemas/{type}", body)).Status);
        Assert.Equal(201, (await _portal.Create($"/crm/objects/2026-09/{type}", """{"plate":"B-1"}""")).Status);
    }

    [Fact]
    public async Task Property_that_a_definition_names_cannot_be_archived()
    {
        var type = _portal.Crm.AddSchema(Cars);
        var answer = await _portal.Delete($"/crm/properties/2026-09/{type}/plate");
        Assert.Equal((400, "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"), (answer.Status, (string?)answer.Body["subCategory"]));
    }

    [Fact]
    public async Task Name_of_a_property_has_a_longest_length()
    {
        async Task<int> Make(int length) => (await _portal.Post("/crm/properties/2026-09/contacts", $$"""
            {"name":"{{new string('a', length)}}","label":"A","type":"string","fieldType":"text","groupName":"contactinformation"}
            """)).Status;
        Assert.Equal((201, 400), (await Make(100), await Make(101)));
    }

    [Theory]
    [InlineData("archive", """{"from":{"id":"A"},"to":[{}]}""")]
    [InlineData("archive", """{"to":[{"id":"1"}]}""")]
    [InlineData("labels/archive", """{"from":{"id":"A"},"to":{"id":"1"},"types":[{"associationCategory":"x","associationTypeId":1}]}""")]
    public async Task Batch_with_one_malformed_pair_parts_nobody(string operation, string malformed)
    {
        var (ann, acme) = (_portal.Contact("ann@ex.test"), _portal.Company("Acme"));
        _portal.Crm.AssociateAsUser("contacts", ann, "companies", acme);
        var to = operation == "archive" ? $$"""[{"id":"{{acme}}"}]""" : $$"""{"id":"{{acme}}"}""";
        var fine = $$"""
            {"from":{"id":"{{ann}}"},"to":{{to}},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]}
            """;
        var answer = await _portal.Post(
            $"/crm/associations/2026-09/contacts/companies/batch/{operation}", $$"""{"inputs":[{{fine}},{{malformed}}]}""");
        Assert.Equal(400, answer.Status);
        Assert.Single(_portal.Crm.Associated("contacts", ann, "companies"));
    }

    [Theory]
    [InlineData("""{"searchIndexLagSeconds":1e300}""")]
    [InlineData("""{"searchIndexLagSeconds":-1}""")]
    [InlineData("""{"uniqueConflictStatus":42}""")]
    [InlineData("""{"associationPage":0}""")]
    [InlineData("""{"nullValue":7}""")]
    [InlineData("""{"dailyLimit":null}""")]
    [InlineData("""{"webhookDelaySeconds":"soon"}""")]
    public async Task Switch_out_of_its_range_is_refused(string body)
    {
        Assert.Equal(400, (await _portal.Post("/_sandbox/switches", body)).Status);
        Assert.Equal(201, (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""")).Status);
    }

    /// <summary>The handler passes on what the model throws, so that one unforeseen input fails the test.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Requests_with_one_thing_wrong_never_fail_inside(int seed)
    {
        var random = new Random(seed);
        var switches = _portal.Crm.Switches;
        (switches.TenSecondlyLimit, switches.AssociationTenSecondlyLimit, switches.SearchesPerSecond) = (0, 0, 0);
        var type = _portal.Crm.AddSchema(Cars);
        var ids = Enumerable.Range(0, 6).Select(i => _portal.Contact($"c{i}@ex.test")).ToArray();
        _portal.Company("Acme");
        for (var i = 0; i < 3_000; i++)
        {
            var (method, path, body) = Requests[random.Next(Requests.Length)];
            var target = path.Replace("ID", ids[random.Next(ids.Length)], StringComparison.Ordinal).Replace("CUSTOM", type, StringComparison.Ordinal);
            var whole = body.Replace("ID", ids[random.Next(ids.Length)], StringComparison.Ordinal);
            var text = body.Length == 0 ? null : Spoil(JsonNode.Parse(whole)!, random);
            var answer = await _portal.Send(new HttpMethod(method), target, text);
            Assert.True(answer.Status < 500, $"{method} {target} {text}: {answer.Status}");
        }

        Assert.Equal(201, (await _portal.Create(Portal.Contacts, """{"email":"still@ex.test"}""")).Status);
    }

    /// <summary>One node of the document becomes something else, or the text breaks off.</summary>
    private static string Spoil(JsonNode whole, Random random)
    {
        var copy = new JsonObject { ["root"] = whole };
        var nodes = Places(copy).ToList();
        var (parent, name, index) = nodes[random.Next(nodes.Count)];
        if (parent is JsonObject fields)
        {
            fields[name!] = Mark;
        }
        else
        {
            parent.AsArray()[index] = Mark;
        }

        var text = copy["root"]!.ToJsonString().Replace($"\"{Mark}\"", Odd[random.Next(Odd.Length)], StringComparison.Ordinal);
        return random.Next(10) == 0 ? text[..random.Next(text.Length)] : text;
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => Below((node, f.Key, 0), f.Value)),
        JsonArray items => items.SelectMany((item, i) => Below((node, null, i), item)),
        _ => [],
    };

    private static IEnumerable<(JsonNode, string?, int)> Below((JsonNode, string?, int) place, JsonNode? node) =>
        node is null ? [place] : [place, .. Places(node)];

    private static readonly string[] Odd =
    [
        "null", "true", "0", "-1", "1e400", "12345678901234567890123", "[]", "{}", "[[]]", "[null]", "[{}]",
        .. new[]
        {
            "", " ", "\\u0000", "\\ud83d", "9223372036854775808", "-5", "253402300799999", "0001-01-01T00:00:00+14:00", "*(", "email",
            "hs_object_id", "nope",
        }.Select(text => $"\"{text}\""),
    ];

    private static readonly (string Method, string Path, string Body)[] Requests =
    [
        ("GET", "/crm/objects/2026-09/contacts/ID?associations=companies&propertiesWithHistory=email", ""),
        ("GET", "/crm/objects/2026-09/contacts?limit=1&after=99999999999999999999", ""),
        ("GET", "/crm/objects/2026-09/CUSTOM?archived=true", ""),
        ("POST", "/crm/v3/objects/contacts", """
            {"properties":{"email":"x@ex.test","lead_score":"5","trial_ends":"2026-11-30","interests":"analytics"}}
            """),
        ("PATCH", "/crm/objects/2026-09/contacts/ID", """
            {"properties":{"newsletter":"true","last_seen_at":"1795996800000","segment":"smb"}}
            """),
        ("DELETE", "/crm/objects/2026-09/contacts/ID", ""),
        ("POST", "/crm/objects/2026-09/contacts/batch/create", """
            {"inputs":[{"properties":{"email":"y@ex.test"},"objectWriteTraceId":"1",
             "associations":[{"to":{"id":"ID"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":449}]}]}]}
            """),
        ("POST", "/crm/objects/2026-09/contacts/batch/read", """
            {"inputs":[{"id":"ID"}],"properties":["email"],"propertiesWithHistory":["email"],"idProperty":"hs_object_id"}
            """),
        ("POST", "/crm/objects/2026-09/contacts/batch/update", """
            {"inputs":[{"id":"ID","idProperty":"hs_object_id","properties":{"phone":"1"}}]}
            """),
        ("POST", "/crm/objects/2026-09/contacts/batch/upsert", """
            {"inputs":[{"id":"W-1","idProperty":"warehouse_id","objectWriteTraceId":"1","properties":{"phone":"1"}}]}
            """),
        ("POST", "/crm/objects/2026-09/contacts/batch/archive", """{"inputs":[{"id":"ID"}]}"""),
        ("POST", "/crm/objects/2026-09/contacts/merge", """{"primaryObjectId":"ID","objectIdToMerge":"ID"}"""),
        ("POST", "/crm/objects/2026-09/contacts/gdpr-delete", """{"objectId":"nobody@ex.test","idProperty":"email"}"""),
        ("POST", "/crm/objects/2026-09/contacts/search", """
            {"filterGroups":[{"filters":[{"propertyName":"hs_object_id","operator":"BETWEEN","value":"1","highValue":"9"},
             {"propertyName":"email","operator":"IN","values":["a"]}]}],"sorts":[{"propertyName":"email","direction":"ASCENDING"}],
             "limit":5,"after":"0","query":"a","properties":["email"]}
            """),
        ("POST", "/crm/objects/2026-09/contacts/search", """
            {"filters":[{"propertyName":"email","operator":"CONTAINS_TOKEN","value":"a*"}],"sorts":["-email"]}
            """),
        ("POST", "/crm/properties/2026-09/contacts", """
            {"name":"q","label":"Q","type":"enumeration","fieldType":"select","groupName":"contactinformation",
             "options":[{"label":"A","value":"a","displayOrder":1}],"numberDisplayHint":"x"}
            """),
        ("PATCH", "/crm/properties/2026-09/contacts/segment", """{"label":"S","options":[{"label":"A","value":"a"}]}"""),
        ("POST", "/crm/properties/2026-09/contacts/batch/read", """
            {"archived":false,"dataSensitivity":"non_sensitive","inputs":[{"name":"email"}]}
            """),
        ("POST", "/crm/properties/2026-09/contacts/groups", """{"name":"g","label":"G","displayOrder":1}"""),
        ("PUT", "/crm/v4/objects/contacts/ID/associations/contacts/ID", """
            [{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":449}]
            """),
        ("POST", "/crm/associations/2026-09/contacts/contacts/batch/create", """
            {"inputs":[{"from":{"id":"ID"},"to":{"id":"9"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":449}]}]}
            """),
        ("POST", "/crm/associations/2026-09/contacts/contacts/batch/read", """{"inputs":[{"id":"ID","after":"0"}]}"""),
        ("POST", "/crm/associations/2026-09/contacts/companies/labels", """{"name":"l","label":"L","inverseLabel":"M"}"""),
        ("PATCH", "/crm-object-schemas/2026-09/schemas/CUSTOM", """{"labels":{"singular":"Car"},"requiredProperties":["plate"]}"""),
        ("POST", "/crm-object-schemas/2026-09/schemas", """
            {"name":"van","labels":{"singular":"Van","plural":"Vans"},"primaryDisplayProperty":"p",
             "properties":[{"name":"p","label":"P","type":"string","fieldType":"text"}],"associatedObjects":["CONTACT"]}
            """),
        ("POST", "/crm/lists/2026-09", """{"name":"VIP","objectTypeId":"0-1","processingType":"MANUAL"}"""),
        ("POST", "/crm/lists/2026-09/search", """{"query":"V","processingTypes":["MANUAL"],"offset":0,"count":1}"""),
        ("PUT", "/crm/lists/2026-09/611/memberships/add-and-remove", """{"recordIdsToAdd":["ID"],"recordIdsToRemove":["ID"]}"""),
        ("GET", "/crm/lists/2026-09/611/memberships/join-order?after=9223372036854775807", ""),
        ("PUT", "/app-webhooks/2026-09/5670736/settings", """
            {"targetUrl":"https://ex.test/hook","throttling":{"maxConcurrentRequests":3}}
            """),
        ("POST", "/app-webhooks/2026-09/5670736/subscriptions", """
            {"eventType":"contact.propertyChange","propertyName":"email","active":true}
            """),
        ("GET", "/crm/%00/../objects/2026-09/%zz", ""),
        ("OPTIONS", "/crm/objects/2026-09/contacts", ""),
    ];
}
