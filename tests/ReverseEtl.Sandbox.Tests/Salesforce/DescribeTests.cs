using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class DescribeTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Global_lists_the_objects_with_urls_of_the_asked_version()
    {
        var body = _org.Get("/sobjects").Body!;
        Assert.Equal(["Account", "Contact", "Lead", "Opportunity", "Case", "User"], body["sobjects"]!.AsArray().Select(o => o!["name"]!.ToString()));
        Assert.Equal(["001", "003", "00Q", "006", "500", "005"], body["sobjects"]!.AsArray().Select(o => o!["keyPrefix"]!.ToString()));
        Assert.Equal("/services/data/v66.0/sobjects/Lead/describe", body["sobjects"]![2]!["urls"]!["describe"]!.ToString());
    }

    [Fact]
    public void Every_object_has_the_external_id_field_of_the_reference()
    {
        foreach (var type in new[] { "Account", "Contact", "Lead", "Opportunity", "Case", "User" })
        {
            var field = Field(type, "Warehouse_Id__c")!;
            Assert.Equal(
                ("string", 64, 192, true, true, false, true, true),
                (field["type"]!.ToString(), (int)field["length"]!, (int)field["byteLength"]!, (bool)field["externalId"]!, (bool)field["unique"]!,
                    (bool)field["caseSensitive"]!, (bool)field["idLookup"]!, (bool)field["nillable"]!));
            Assert.Equal("Warehouse Id", field["label"]!.ToString());
        }
    }

    [Fact]
    public void Default_custom_fields_are_described_and_hand_typed_ones_are_gone()
    {
        Assert.Equal((18, 2), ((int)Field("Account", "Health_Score__c")!["precision"]!, (int)Field("Account", "Health_Score__c")!["scale"]!));
        Assert.True((bool)Field("Account", "Segment__c")!["restrictedPicklist"]!);
        Assert.Equal(["Enterprise", "Mid-Market", "SMB"], Field("Account", "Segment__c")!["picklistValues"]!.AsArray().Select(v => v!["value"]!.ToString()));
        Assert.Equal("multipicklist", Field("Account", "Tags__c")!["type"]!.ToString());
        Assert.Equal("boolean", Field("Contact", "Newsletter__c")!["type"]!.ToString());
        Assert.Null(Field("Account", "Primary_Contact__c"));
    }

    [Fact]
    public void If_modified_since_answers_304_with_validators_until_the_schema_changes()
    {
        var stamp = _org.Get("/sobjects/Account/describe").Header("Last-Modified")!;
        var unchanged = _org.Get("/sobjects/Account/describe", ("If-Modified-Since", stamp));
        Assert.Equal((304, ""), (unchanged.Status, unchanged.Text));
        Assert.NotNull(unchanged.Header("ETag"));
        Assert.Equal(stamp, unchanged.Header("Last-Modified"));
        _org.Time.Advance(TimeSpan.FromSeconds(5));
        _org.Sandbox.AddField("Account", new FieldSpec("New__c", "string"));
        Assert.Equal(200, _org.Get("/sobjects/Account/describe", ("If-Modified-Since", stamp)).Status);
        Assert.NotNull(Field("Account", "New__c"));
    }

    [Fact]
    public void Hidden_field_is_absent_everywhere_and_comes_back_with_its_values()
    {
        var id = _org.Create("Account", """{"Name":"A","Phone":"1"}""");
        _org.Sandbox.HideField("Account", "Phone");
        Assert.Null(Field("Account", "Phone"));
        Assert.Equal("INVALID_FIELD", _org.Query("SELECT Phone FROM Account").ErrorCode);
        Assert.Equal("INVALID_FIELD", _org.Patch($"/sobjects/Account/{id}", """{"Phone":"2"}""").ErrorCode);
        Assert.False(_org.Get($"/sobjects/Account/{id}").Body!.AsObject().ContainsKey("Phone"));
        _org.Sandbox.EditAsUser("Account", id, new JsonObject { ["Phone"] = "3" });
        _org.Sandbox.HideField("Account", "Phone", hidden: false);
        Assert.Equal("3", _org.Get($"/sobjects/Account/{id}").Body!["Phone"]!.ToString());
    }

    [Fact]
    public void Formula_field_changes_without_moving_any_stamp()
    {
        var factor = 1m;
        _org.Sandbox.AddField("Account", new FieldSpec("Double__c", "double") { Formula = field => (field("NumberOfEmployees") as decimal?) * factor });
        var id = _org.Create("Account", """{"Name":"A","NumberOfEmployees":4}""");
        _org.Time.Advance(TimeSpan.FromMinutes(1));
        factor = 2;
        var row = _org.Query("SELECT Double__c, SystemModstamp FROM Account WHERE Double__c = 8").Records[0]!;
        Assert.Equal(("8.0", "2026-03-02T10:00:00.000+0000"), (row["Double__c"]!.ToJsonString(), row["SystemModstamp"]!.ToString()));
        Assert.Equal("INVALID_FIELD_FOR_INSERT_UPDATE", _org.Patch($"/sobjects/Account/{id}", """{"Double__c":1}""").ErrorCode);
        Assert.True((bool)Field("Account", "Double__c")!["calculated"]!);
    }

    [Fact]
    public void Field_added_later_is_null_or_false_on_old_rows()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        _org.Sandbox.AddField("Account", new FieldSpec("Flag__c", "boolean"));
        _org.Sandbox.AddField("Account", new FieldSpec("Code__c", "string") { ExternalId = true, Unique = true });
        var body = _org.Get($"/sobjects/Account/{id}").Body!;
        Assert.Equal("false", body["Flag__c"]!.ToJsonString());
        Assert.Null(body["Code__c"]);
        Assert.Equal(204, _org.Patch($"/sobjects/Account/{id}", """{"Code__c":"c"}""").Status);
        Assert.Equal(200, _org.Get("/sobjects/Account/Code__c/c").Status);
    }

    [Fact]
    public void Object_itself_answers_basic_information() =>
        Assert.Equal("Account", _org.Get("/sobjects/Account").Body!["objectDescribe"]!["name"]!.ToString());

    private JsonNode? Field(string type, string name) =>
        _org.Get($"/sobjects/{type}/describe").Body!["fields"]!.AsArray().FirstOrDefault(f => f!["name"]!.ToString() == name);
}
