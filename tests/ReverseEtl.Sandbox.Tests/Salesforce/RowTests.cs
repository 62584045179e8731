using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class RowTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Create_answers_201_with_location_and_an_18_character_id()
    {
        var answer = _org.Post("/sobjects/Account", """{"Name":"Acme"}""");
        var id = answer.Body!["id"]!.ToString();
        Assert.Equal(201, answer.Status);
        Assert.Equal($"{{\"id\":\"{id}\",\"success\":true,\"errors\":[]}}", answer.Text);
        Assert.Equal($"{SalesforceClient.Api}/sobjects/Account/{id}", answer.Header("Location"));
        Assert.Equal(18, id.Length);
        Assert.StartsWith("001", id);
    }

    [Fact]
    public void Get_shows_all_fields_with_attributes_and_stamps_of_whole_seconds()
    {
        var id = _org.Create("Account", """{"Name":"Acme","BillingCity":"Oslo","AnnualRevenue":1250000}""");
        var body = _org.Get($"/sobjects/Account/{id}").Body!;
        Assert.Equal($"{SalesforceClient.Api}/sobjects/Account/{id}", body["attributes"]!["url"]!.ToString());
        Assert.Equal("2026-03-02T10:00:00.000+0000", body["SystemModstamp"]!.ToString());
        Assert.Equal("1250000.0", body["AnnualRevenue"]!.ToJsonString());
        Assert.Equal("Oslo", body["BillingAddress"]!["city"]!.ToString());
        Assert.True(body["BillingAddress"]!.AsObject().ContainsKey("stateCode"));
        Assert.Null(body["ShippingAddress"]);
        Assert.True(body.AsObject().ContainsKey("Phone"));
        Assert.False(body["IsDeleted"]!.GetValue<bool>());
        Assert.Equal(_org.Sandbox.IntegrationUserId, body["OwnerId"]!.ToString());
    }

    [Fact]
    public void Get_with_fields_shows_those_and_the_id_and_accepts_15_characters()
    {
        var id = _org.Create("Account", """{"Name":"Acme"}""");
        var body = _org.Get($"/sobjects/Account/{id[..15]}?fields=Name").Body!.AsObject();
        Assert.Equal(["attributes", "Name", "Id"], body.Select(p => p.Key));
        Assert.Equal(id, body["Id"]!.ToString());
    }

    [Fact]
    public void Name_of_a_contact_is_composed_and_cannot_be_written()
    {
        var id = _org.Create("Contact", """{"FirstName":"Ada","LastName":"Okafor"}""");
        Assert.Equal("Ada Okafor", _org.Get($"/sobjects/Contact/{id}").Body!["Name"]!.ToString());
        var answer = _org.Patch($"/sobjects/Contact/{id}", """{"Name":"X"}""");
        Assert.Equal((400, "INVALID_FIELD_FOR_INSERT_UPDATE"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public void Update_answers_204_and_a_null_clears()
    {
        var id = _org.Create("Account", """{"Name":"Acme","Phone":"1"}""");
        _org.Time.Advance(TimeSpan.FromSeconds(5));
        var answer = _org.Patch($"/sobjects/Account/{id}", """{"Phone":null,"Site":"HQ"}""");
        Assert.Equal((204, ""), (answer.Status, answer.Text));
        Assert.NotNull(answer.Header("ETag"));
        var record = _org.Sandbox.Record("Account", id)!;
        Assert.Null(record["Phone"]);
        Assert.Equal("HQ", record["Site"]);
        Assert.Equal(5, (record.SystemModstamp - (DateTimeOffset)record["CreatedDate"]!).TotalSeconds);
    }

    [Fact]
    public void Empty_text_is_stored_as_null()
    {
        var id = _org.Create("Account", """{"Name":"Acme","Phone":"  "}""");
        Assert.Null(_org.Sandbox.Record("Account", id)!["Phone"]);
    }

    [Fact]
    public void Id_in_a_body_is_refused()
    {
        var id = _org.Create("Account", """{"Name":"Acme"}""");
        var answer = _org.Patch($"/sobjects/Account/{id}", $$"""{"Id":"{{id}}","Phone":"1"}""");
        Assert.Equal("""[{"message":"The Id field should not be specified in the sobject data.","errorCode":"INVALID_FIELD"}]""", answer.Text);
    }

    [Fact]
    public void Missing_required_fields_are_listed()
    {
        var answer = _org.Post("/sobjects/Lead", """{"FirstName":"A"}""");
        Assert.Equal(
            """[{"message":"Required fields are missing: [LastName, Company]","errorCode":"REQUIRED_FIELD_MISSING","fields":["LastName","Company"]}]""",
            answer.Text);
    }

    [Fact]
    public void Required_field_cannot_be_cleared()
    {
        var id = _org.Create("Account", """{"Name":"Acme"}""");
        Assert.Equal("REQUIRED_FIELD_MISSING", _org.Patch($"/sobjects/Account/{id}", """{"Name":""}""").ErrorCode);
    }

    [Theory]
    [InlineData("zzz", 404, "NOT_FOUND")]
    [InlineData("0015f0000000000AAA", 404, "NOT_FOUND")]
    [InlineData("001900K0001pPuOAAU", 400, "MALFORMED_ID")]
    [InlineData("003000000000001AAA", 400, "MALFORMED_ID")]
    public void Bad_ids_are_told_apart(string id, int status, string code)
    {
        var answer = _org.Get($"/sobjects/Account/{id}");
        Assert.Equal((status, code), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public void Deleted_record_answers_entity_is_deleted()
    {
        var id = _org.Create("Account", """{"Name":"Acme"}""");
        Assert.Equal(204, _org.Delete($"/sobjects/Account/{id}").Status);
        foreach (var answer in new[]
        {
            _org.Get($"/sobjects/Account/{id}"), _org.Patch($"/sobjects/Account/{id}", "{}"), _org.Delete($"/sobjects/Account/{id}"),
        })
        {
            Assert.Equal((404, "ENTITY_IS_DELETED"), (answer.Status, answer.ErrorCode));
        }
    }

    [Fact]
    public void Unknown_column_and_unreadable_value_are_parser_errors()
    {
        Assert.Equal("No such column 'foo' on sobject of type Account", _org.Post("/sobjects/Account", """{"Name":"A","foo":1}""").Message);
        var answer = _org.Post("/sobjects/Account", """{"Name":"A","AnnualRevenue":"abc"}""");
        Assert.Equal("JSON_PARSER_ERROR", answer.ErrorCode);
        Assert.StartsWith("Cannot deserialize instance of double from VALUE_STRING value abc", answer.Message);
        Assert.Equal("JSON_PARSER_ERROR", _org.Post("/sobjects/Account", """{"Name":""").ErrorCode);
        Assert.Equal("JSON_PARSER_ERROR", _org.Post("/sobjects/Account", """{"Name":"A","Name":"B"}""").ErrorCode);
    }

    [Fact]
    public void Post_with_http_method_patch_is_a_patch()
    {
        var id = _org.Create("Account", """{"Name":"Acme"}""");
        Assert.Equal(204, _org.Post($"/sobjects/Account/{id}?_HttpMethod=PATCH", """{"Phone":"7"}""").Status);
        Assert.Equal("7", _org.Sandbox.Record("Account", id)!["Phone"]);
    }

    [Fact]
    public void Writes_are_logged_with_their_outcome()
    {
        _org.Create("Account", """{"Name":"Acme"}""");
        _org.Post("/sobjects/Account", "{}");
        var log = _org.Admin("GET", "writes").Body!.AsArray();
        Assert.Equal(["create", "create"], log.Select(w => w!["operation"]!.ToString()));
        Assert.Equal([true, false], log.Select(w => w!["success"]!.GetValue<bool>()));
        Assert.Equal("Acme", log[0]!["fields"]!["Name"]!.ToString());
        Assert.Equal(_org.Sandbox.IntegrationUserId, log[0]!["by"]!.ToString());
        _org.Sandbox.CreateAsUser("Account", new JsonObject { ["Name"] = "By hand" });
        Assert.Equal(2, _org.Sandbox.Writes.Count);
    }
}
