using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class AdministratorTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Renamed_field_keeps_its_values_under_the_new_name_only()
    {
        var id = _org.Create("Account", """{"Name":"A","Health_Score__c":7}""");
        var before = _org.Sandbox.Record("Account", id)!.SystemModstamp;
        _org.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(204, _org.Admin("PATCH", "fields/Account/Health_Score__c", """{"name":"Health__c"}""").Status);
        Assert.Equal("INVALID_FIELD", _org.Query("SELECT Health_Score__c FROM Account").ErrorCode);
        Assert.Equal("INVALID_FIELD", _org.Patch($"/sobjects/Account/{id}", """{"Health_Score__c":8}""").ErrorCode);
        Assert.Equal(["7.0"], _org.Query("SELECT Health__c FROM Account").Column("Health__c"));
        Assert.Equal(before, _org.Sandbox.Record("Account", id)!.SystemModstamp);
        Assert.Equal(["Health__c"], FieldNames("Account").Where(n => n.StartsWith("Health", StringComparison.Ordinal)));
    }

    [Fact]
    public void Deleted_field_is_gone_with_its_values()
    {
        var id = _org.Create("Account", """{"Name":"A","Health_Score__c":7}""");
        Assert.Equal(204, _org.Admin("DELETE", "fields/Account/Health_Score__c").Status);
        Assert.DoesNotContain("Health_Score__c", FieldNames("Account"));
        Assert.Equal("INVALID_FIELD", _org.Patch($"/sobjects/Account/{id}", """{"Health_Score__c":8}""").ErrorCode);
        Assert.Equal(204, _org.Patch($"/sobjects/Account/{id}", """{"Phone":"1","Segment__c":"SMB"}""").Status);
        _org.Sandbox.AddField("Account", new FieldSpec("Health_Score__c", "double"));
        var record = _org.Sandbox.Record("Account", id)!;
        Assert.Equal((null, "SMB", "1"), (record["Health_Score__c"], record["Segment__c"], record["Phone"]));
        Assert.Equal("NOT_FOUND", _org.Get("/sobjects/Account/Nope__c/1").ErrorCode);
    }

    [Fact]
    public void Deleted_external_id_no_longer_finds()
    {
        _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"A-1"}""");
        _org.Sandbox.DeleteField("Account", "Warehouse_Id__c");
        Assert.Equal("NOT_FOUND", _org.Patch("/sobjects/Account/Warehouse_Id__c/A-1", """{"Name":"B"}""").ErrorCode);
    }

    [Fact]
    public void Retyped_field_keeps_what_fits()
    {
        var number = _org.Create("Account", """{"Name":"A","Phone":"1"}""");
        _org.Sandbox.AddField("Account", new FieldSpec("Code__c", "string"));
        _org.Patch($"/sobjects/Account/{number}", """{"Code__c":"12"}""");
        var word = _org.Create("Account", """{"Name":"B","Code__c":"twelve"}""");
        Assert.Equal(204, _org.Admin("PATCH", "fields/Account/Code__c", """{"type":"double","scale":1}""").Status);
        Assert.Equal((12m, null), (_org.Sandbox.Record("Account", number)!["Code__c"], _org.Sandbox.Record("Account", word)!["Code__c"]));
        Assert.Equal("double", Describe("Account", "Code__c")["type"]!.ToString());
        Assert.Equal("JSON_PARSER_ERROR", _org.Patch($"/sobjects/Account/{word}", """{"Code__c":"twelve"}""").ErrorCode);
        _org.Admin("PATCH", "fields/Account/Code__c", """{"type":"string","length":40}""");
        Assert.Equal("12", _org.Sandbox.Record("Account", number)!["Code__c"]!.ToString());
    }

    [Fact]
    public void Changed_pick_list_refuses_what_it_no_longer_has_and_keeps_stored_values()
    {
        var id = _org.Create("Account", """{"Name":"A","Segment__c":"SMB"}""");
        _org.Sandbox.ChangeField("Account", "Segment__c", new FieldChange { Picklist = ["Enterprise", "Growth"] });
        Assert.Equal("SMB", _org.Sandbox.Record("Account", id)!["Segment__c"]);
        Assert.Equal("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", _org.Post("/sobjects/Account", """{"Name":"B","Segment__c":"SMB"}""").ErrorCode);
        Assert.Equal(201, _org.Post("/sobjects/Account", """{"Name":"B","Segment__c":"Growth"}""").Status);
        Assert.Equal(["Enterprise", "Growth"], Describe("Account", "Segment__c")["picklistValues"]!.AsArray().Select(v => v!["value"]!.ToString()));
    }

    [Fact]
    public void Standard_field_can_be_made_required_or_read_only()
    {
        _org.Sandbox.ChangeField("Account", "Phone", new FieldChange { Nillable = false });
        Assert.Equal("REQUIRED_FIELD_MISSING", _org.Post("/sobjects/Account", """{"Name":"A"}""").ErrorCode);
        var id = _org.Create("Account", """{"Name":"A","Phone":"1"}""");
        _org.Sandbox.ChangeField("Account", "Phone", new FieldChange { Updateable = false });
        Assert.Equal("INVALID_FIELD_FOR_INSERT_UPDATE", _org.Patch($"/sobjects/Account/{id}", """{"Phone":"2"}""").ErrorCode);
    }

    [Fact]
    public void Renamed_field_stays_hidden()
    {
        _org.Sandbox.HideField("Account", "Health_Score__c");
        _org.Sandbox.ChangeField("Account", "Health_Score__c", new FieldChange { Name = "Health__c" });
        Assert.DoesNotContain("Health__c", FieldNames("Account"));
    }

    [Fact]
    public void Change_moves_the_describe_stamp()
    {
        var stamp = _org.Get("/sobjects/Account/describe").Header("Last-Modified")!;
        Assert.Equal(304, _org.Get("/sobjects/Account/describe", ("If-Modified-Since", stamp)).Status);
        _org.Time.Advance(TimeSpan.FromMinutes(1));
        _org.Sandbox.ChangeField("Account", "Phone", new FieldChange { Label = "Telephone" });
        Assert.Equal(200, _org.Get("/sobjects/Account/describe", ("If-Modified-Since", stamp)).Status);
    }

    [Theory]
    [InlineData("PATCH", "fields/Account/Nope__c", "{}")]
    [InlineData("PATCH", "fields/Account/Phone", """{"name":"Name"}""")]
    [InlineData("PATCH", "fields/Account/Phone", """{"surprise":1}""")]
    [InlineData("DELETE", "fields/Account/Nope__c", "")]
    [InlineData("POST", "duplicate-rules/Account", """{"name":"R","field":"Nope__c","blocks":true}""")]
    public void Mistakes_are_answered_not_thrown(string method, string path, string body) =>
        Assert.Equal(400, _org.Admin(method, path, body).Status);

    private IEnumerable<string> FieldNames(string type) =>
        _org.Get($"/sobjects/{type}/describe").Body!["fields"]!.AsArray().Select(f => f!["name"]!.ToString());

    private System.Text.Json.Nodes.JsonNode Describe(string type, string field) =>
        _org.Get($"/sobjects/{type}/describe").Body!["fields"]!.AsArray().First(f => f!["name"]!.ToString() == field)!;
}
