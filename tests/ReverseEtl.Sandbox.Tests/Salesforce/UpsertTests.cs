using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class UpsertTests
{
    private const string Path = "/sobjects/Account/Warehouse_Id__c/";
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Blank_key_finds_and_makes_nothing()
    {
        Assert.Equal(404, _org.Patch(Path + "%20", """{"Name":"A"}""").Status);
        Assert.Empty(_org.Sandbox.Records("Account"));
    }

    [Fact]
    public void Upsert_creates_then_updates_and_says_which()
    {
        var created = _org.Patch(Path + "A-1", """{"Name":"Acme"}""");
        var id = created.Body!["id"]!.ToString();
        Assert.Equal(201, created.Status);
        Assert.Equal($"{{\"id\":\"{id}\",\"success\":true,\"errors\":[],\"created\":true}}", created.Text);
        var updated = _org.Patch(Path + "A-1", """{"Phone":"1"}""");
        Assert.Equal(200, updated.Status);
        Assert.Equal($"{{\"id\":\"{id}\",\"success\":true,\"errors\":[],\"created\":false}}", updated.Text);
        Assert.Equal("A-1", _org.Sandbox.Record("Account", id)!["Warehouse_Id__c"]);
    }

    [Fact]
    public void Upsert_before_v46_answers_204_on_update()
    {
        _org.Patch(Path + "A-1", """{"Name":"Acme"}""");
        var answer = _org.Raw("PATCH", "/services/data/v45.0" + Path + "A-1", """{"Phone":"1"}""", [("Content-Type", "application/json")]);
        Assert.Equal((204, ""), (answer.Status, answer.Text));
        var created = _org.Raw("PATCH", "/services/data/v45.0" + Path + "A-2", """{"Name":"New"}""", [("Content-Type", "application/json")]);
        Assert.Equal(201, created.Status);
        Assert.False(created.Body!.AsObject().ContainsKey("created"));
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("50% & more?#", "50%25%20%26%20more%3F%23")]
    [InlineData("a+b", "a+b")]
    [InlineData("é€", "%C3%A9%E2%82%AC")]
    public void Keys_in_the_path_are_percent_decoded(string key, string encoded)
    {
        Assert.Equal(201, _org.Patch(Path + encoded, """{"Name":"Acme"}""").Status);
        Assert.Equal(key, _org.Sandbox.Records("Account")[0]["Warehouse_Id__c"]);
        Assert.Equal(200, _org.Get(Path + encoded).Status);
    }

    [Fact]
    public void Keys_match_without_case_unless_the_field_is_case_sensitive()
    {
        _org.Sandbox.AddField("Account", new FieldSpec("Code__c", "string") { ExternalId = true, Unique = true, CaseSensitive = true });
        _org.Patch(Path + "abc", """{"Name":"Acme","Code__c":"abc"}""");
        Assert.Equal(200, _org.Patch(Path + "ABC", "{}").Status);
        Assert.Equal(201, _org.Patch("/sobjects/Account/Code__c/ABC", """{"Name":"Other"}""").Status);
    }

    [Fact]
    public void Ambiguous_key_answers_300_with_uris_and_writes_nothing()
    {
        _org.Sandbox.AddField("Account", new FieldSpec("Legacy__c", "string") { ExternalId = true });
        var first = _org.Create("Account", """{"Name":"A","Legacy__c":"7"}""");
        var second = _org.Create("Account", """{"Name":"B","Legacy__c":"7"}""");
        var answer = _org.Patch("/sobjects/Account/Legacy__c/7", """{"Phone":"1"}""");
        Assert.Equal(300, answer.Status);
        Assert.Equal(
            [$"{SalesforceClient.Api}/sobjects/Account/{first}", $"{SalesforceClient.Api}/sobjects/Account/{second}"],
            answer.Body!.AsArray().Select(u => u!.ToString()));
        Assert.All(_org.Sandbox.Records("Account"), r => Assert.Null(r["Phone"]));
        Assert.Equal(300, _org.Get("/sobjects/Account/Legacy__c/7").Status);
        var batch = _org.Patch("/composite/sobjects/Account/Legacy__c", """{"records":[{"attributes":{"type":"Account"},"Legacy__c":"7"}]}""");
        Assert.Equal($"Account: more than one record found for external id field: [{first}, {second}]", batch.Body![0]!["errors"]![0]!["message"]!.ToString());
        Assert.Equal("DUPLICATE_EXTERNAL_ID", batch.Body![0]!["errors"]![0]!["statusCode"]!.ToString());
    }

    [Theory]
    [InlineData("Namez")]
    [InlineData("Name")]
    public void Field_that_is_no_external_id_is_404(string field)
    {
        var answer = _org.Patch($"/sobjects/Account/{field}/x", """{"Phone":"1"}""");
        Assert.Equal(404, answer.Status);
        Assert.Equal($"Provided external ID field does not exist or is not accessible: {field}", answer.Message);
    }

    [Fact]
    public void Key_in_the_body_is_refused()
    {
        Assert.Equal("INVALID_FIELD", _org.Patch(Path + "A-1", """{"Name":"A","Warehouse_Id__c":"A-1"}""").ErrorCode);
        Assert.Equal("INVALID_FIELD", _org.Patch(Path + "A-1", """{"Name":"A","Id":"001000000000001AAA"}""").ErrorCode);
    }

    [Fact]
    public void Update_only_never_creates()
    {
        Assert.Equal((404, "NOT_FOUND"), Pair(_org.Patch(Path + "A-1?updateOnly=true", """{"Name":"A"}""")));
        Assert.Empty(_org.Sandbox.Records("Account"));
        _org.Patch(Path + "A-1", """{"Name":"A"}""");
        Assert.Equal(200, _org.Patch(Path + "A-1?updateOnly=true", """{"Name":"B"}""").Status);
    }

    [Fact]
    public void Conditional_headers_mean_nothing_on_the_key_path()
    {
        _org.Patch(Path + "A-1", """{"Name":"A"}""");
        Assert.Equal(200, _org.Patch(Path + "A-1", """{"Name":"B"}""", ("If-Unmodified-Since", "Mon, 02 Mar 2020 10:00:00 GMT")).Status);
        Assert.Equal(200, _org.Get(Path + "A-1", ("If-Modified-Since", "Mon, 02 Mar 2099 10:00:00 GMT")).Status);
    }

    [Fact]
    public void Key_path_reads_and_deletes()
    {
        _org.Patch(Path + "A-1", """{"Name":"A"}""");
        Assert.Equal("A", _org.Get(Path + "A-1?fields=Name").Body!["Name"]!.ToString());
        Assert.Equal(204, _org.Delete(Path + "A-1").Status);
        Assert.Equal(404, _org.Delete(Path + "A-1").Status);
        Assert.Equal(201, _org.Patch(Path + "A-1", """{"Name":"Again"}""").Status);
    }

    [Fact]
    public void Key_that_looks_like_a_file_is_404_on_the_path_only()
    {
        Assert.Equal(404, _org.Patch(Path + "a@b.inc", """{"Name":"A"}""").Status);
        var batch = _org.Patch("/composite/sobjects/Account/Warehouse_Id__c", """{"records":[{"attributes":{"type":"Account"},"Warehouse_Id__c":"a@b.inc","Name":"A"}]}""");
        Assert.True(batch.Body![0]!["success"]!.GetValue<bool>());
    }

    [Fact]
    public void Unique_key_refuses_a_second_record_naming_the_first_by_15_characters()
    {
        var first = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"A-1"}""");
        var answer = _org.Post("/sobjects/Account", """{"Name":"B","Warehouse_Id__c":"a-1"}""");
        Assert.Equal($"duplicate value found: Warehouse_Id__c duplicates value on record with id: {first[..15]}", answer.Message);
        Assert.Equal("DUPLICATE_VALUE", answer.ErrorCode);
        _org.Delete($"/sobjects/Account/{first}");
        Assert.Equal(201, _org.Post("/sobjects/Account", """{"Name":"B","Warehouse_Id__c":"a-1"}""").Status);
    }

    [Fact]
    public void Parent_is_found_by_external_id_through_the_relationship_name()
    {
        var account = _org.Create("Account", """{"Name":"Acme","Warehouse_Id__c":"ORG-7"}""");
        var contact = _org.Create("Contact", """{"LastName":"Okafor","Account":{"Warehouse_Id__c":"ORG-7"}}""");
        Assert.Equal(account, _org.Sandbox.Record("Contact", contact)!["AccountId"]);
        var missing = _org.Patch($"/sobjects/Contact/{contact}", """{"Account":{"Warehouse_Id__c":"X"}}""");
        Assert.Equal("Foreign key external ID: X not found for field Warehouse_Id__c in entity Account", missing.Message);
        Assert.Equal("INVALID_FIELD", missing.ErrorCode);
        Assert.Equal(400, _org.Patch($"/sobjects/Contact/{contact}", $$$"""{"AccountId":"{{{account}}}","Account":{"Warehouse_Id__c":"ORG-7"}}""").Status);
        Assert.Equal(400, _org.Patch($"/sobjects/Contact/{contact}", """{"Account":{"Warehouse_Id__c":"ORG-7","Name":"x"}}""").Status);
        Assert.Equal(400, _org.Patch($"/sobjects/Contact/{contact}", """{"Account":{"Phone":"1"}}""").Status);
        Assert.Equal(204, _org.Patch($"/sobjects/Contact/{contact}", """{"AccountId":null}""").Status);
        Assert.Null(_org.Sandbox.Record("Contact", contact)!["AccountId"]);
    }

    [Fact]
    public void Polymorphic_parent_needs_a_type_hint()
    {
        var human = _org.Sandbox.Record("User", _org.Sandbox.HumanUserId)!["Username"];
        Assert.Equal(400, _org.Post("/sobjects/Lead", $$$"""{"LastName":"L","Company":"C","Owner":{"Username":"{{{human}}}"}}""").Status);
        var lead = _org.Create("Lead", $$$"""{"LastName":"L","Company":"C","Owner":{"attributes":{"type":"User"},"Username":"{{{human}}}"}}""");
        Assert.Equal(_org.Sandbox.HumanUserId, _org.Sandbox.Record("Lead", lead)!["OwnerId"]);
    }

    [Fact]
    public void References_to_missing_wrong_and_deleted_records_are_told_apart()
    {
        var account = _org.Create("Account", """{"Name":"A"}""");
        var contact = _org.Create("Contact", """{"LastName":"C"}""");
        Assert.Equal((400, "INVALID_CROSS_REFERENCE_KEY"), Pair(Write("AccountId", "0015f0000000000AAA")));
        Assert.Equal((400, "INVALID_CROSS_REFERENCE_KEY"), Pair(Write("AccountId", contact)));
        Assert.Equal((400, "MALFORMED_ID"), Pair(Write("AccountId", "nonsense")));
        Assert.Equal("""[{"message":"invalid cross reference id","errorCode":"INVALID_CROSS_REFERENCE_KEY","fields":["OwnerId"]}]""", Write("OwnerId", "005000000000001AAA").Text);
        _org.Delete($"/sobjects/Account/{account}");
        Assert.Equal("ENTITY_IS_DELETED", Write("AccountId", account).ErrorCode);
        Answer Write(string field, string id) => _org.Patch($"/sobjects/Contact/{contact}", new JsonObject { [field] = id }.ToJsonString());
    }

    private static (int Status, string? Code) Pair(Answer answer) => (answer.Status, answer.ErrorCode);
}
