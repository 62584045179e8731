namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class AdminApiTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Records_are_created_edited_deleted_and_brought_back()
    {
        var created = _org.Admin("POST", "records/Account", """{"Name":"A"}""");
        var id = created.Body!["id"]!.ToString();
        Assert.Equal(201, created.Status);
        Assert.Equal(204, _org.Admin("PATCH", $"records/Account/{id}", $$"""{"Phone":"1","as":"{{_org.Sandbox.SecondHumanUserId}}"}""").Status);
        var raw = _org.Admin("GET", $"records/Account/{id}").Body!;
        Assert.Equal(("1", _org.Sandbox.SecondHumanUserId, _org.Sandbox.HumanUserId), (raw["Phone"]!.ToString(), raw["LastModifiedById"]!.ToString(), raw["CreatedById"]!.ToString()));
        Assert.Equal(204, _org.Admin("DELETE", $"records/Account/{id}?as=samir.support@sandbox.example.org").Status);
        Assert.Empty(_org.Admin("GET", "records/Account").Body!.AsArray());
        Assert.Single(_org.Admin("GET", "records/Account?includeDeleted=true").Body!.AsArray());
        Assert.Equal(204, _org.Admin("POST", $"records/Account/{id}/undelete").Status);
        Assert.Equal(204, _org.Admin("POST", $"records/Account/{id}/touch").Status);
        Assert.Equal(204, _org.Admin("DELETE", $"records/Account/{id}").Status);
        Assert.Equal(204, _org.Admin("POST", $"records/Account/{id}/purge").Status);
        Assert.Equal(404, _org.Admin("GET", $"records/Account/{id}").Status);
    }

    [Fact]
    public void Merge_answers_the_survivor()
    {
        var a = _org.Create("Account", """{"Name":"A"}""");
        var b = _org.Create("Account", """{"Name":"B"}""");
        Assert.Equal($$"""{"id":"{{a}}"}""", _org.Admin("POST", "merge/Account", $$"""{"winner":"{{a}}","losers":["{{b}}"]}""").Text);
    }

    [Fact]
    public void Switches_are_read_and_set_by_name()
    {
        Assert.Equal(100_000, _org.Admin("GET", "switches").Body!["dailyApiLimit"]!.GetValue<int>());
        var answer = _org.Admin("POST", "switches", """{"maxPageSize":3,"lowerCaseEmail":false}""");
        Assert.Equal((200, 3), (answer.Status, _org.Sandbox.Switches.MaxPageSize));
        Assert.False(_org.Sandbox.Switches.LowerCaseEmail);
        Assert.Equal(2000, _org.Admin("POST", "switches", """{"maxPageSize":2000}""").Body!["maxPageSize"]!.GetValue<int>());
        Assert.Equal(400, _org.Admin("POST", "switches", """{"nope":1}""").Status);
        Assert.Equal(400, _org.Admin("POST", "switches", """{"maxPageSize":"many"}""").Status);
    }

    [Fact]
    public void Fields_locks_rules_and_transactions_are_set()
    {
        Assert.Equal(204, _org.Admin("POST", "fields/Account", """{"name":"Tier__c","type":"picklist","picklist":["Gold"],"restricted":true}""").Status);
        var id = _org.Create("Account", """{"Name":"A","Tier__c":"Gold"}""");
        Assert.Equal(204, _org.Admin("POST", "rules/Account", """{"field":"Phone","equals":"0","message":"No zero"}""").Status);
        Assert.Equal("No zero", _org.Patch($"/sobjects/Account/{id}", """{"Phone":"0"}""").Message);
        Assert.Equal(204, _org.Admin("POST", "locks", $$"""{"ids":["{{id}}"],"times":1}""").Status);
        Assert.Equal("UNABLE_TO_LOCK_ROW", _org.Patch($"/sobjects/Account/{id}", """{"Phone":"1"}""").ErrorCode);
        Assert.Equal(204, _org.Admin("POST", "open-transaction", """{"minutes":5}""").Status);
        Assert.Equal(204, _org.Admin("POST", "fields/Account/Tier__c/hide").Status);
        Assert.Equal("INVALID_FIELD", _org.Query("SELECT Tier__c FROM Account").ErrorCode);
        Assert.Equal(204, _org.Admin("POST", "fields/Account/Tier__c/show").Status);
        Assert.Equal(200, _org.Query("SELECT Tier__c FROM Account").Status);
    }

    [Fact]
    public void Trigger_changes_another_field_in_the_same_write()
    {
        Assert.Equal(204, _org.Admin("POST", "triggers/Account", """{"field":"Site","copyOf":"Name"}""").Status);
        Assert.Equal(204, _org.Admin("POST", "triggers/Account", """{"field":"Segment__c","value":"SMB"}""").Status);
        var id = _org.Create("Account", """{"Name":"A","Segment__c":"Enterprise"}""");
        var raw = _org.Admin("GET", $"records/Account/{id}").Body!;
        Assert.Equal(("A", "SMB"), (raw["Site"]!.ToString(), raw["Segment__c"]!.ToString()));
        Assert.Equal(204, _org.Admin("DELETE", "fields/Account/Segment__c").Status);
        Assert.Equal(204, _org.Patch($"/sobjects/Account/{id}", """{"Name":"B"}""").Status);
        Assert.Equal("B", _org.Admin("GET", $"records/Account/{id}").Body!["Site"]!.ToString());
    }

    [Fact]
    public void Rule_on_a_field_that_is_gone_lets_everything_pass()
    {
        _org.Admin("POST", "rules/Account", """{"field":"Segment__c","equals":"SMB","message":"No"}""");
        Assert.Equal("No", _org.Post("/sobjects/Account", """{"Name":"A","Segment__c":"SMB"}""").Message);
        _org.Admin("DELETE", "fields/Account/Segment__c");
        Assert.Equal(201, _org.Post("/sobjects/Account", """{"Name":"A"}""").Status);
    }

    [Fact]
    public void Writes_are_read_and_forgotten_and_reset_empties_the_org()
    {
        _org.Create("Account", """{"Name":"A"}""");
        Assert.Single(_org.Admin("GET", "writes").Body!.AsArray());
        Assert.Equal(204, _org.Admin("DELETE", "writes").Status);
        Assert.Empty(_org.Admin("GET", "writes").Body!.AsArray());
        Assert.Equal(204, _org.Admin("POST", "reset").Status);
        Assert.Empty(_org.Sandbox.Records("Account"));
        Assert.Equal(401, _org.Get("/limits").Status);
    }

    [Theory]
    [InlineData("POST", "records/Nope", "{}", 400)]
    [InlineData("POST", "records/Account", "{}", 400)]
    [InlineData("POST", "records/Account", "[", 400)]
    [InlineData("POST", "records/Account?as=nobody", """{"Name":"A"}""", 400)]
    [InlineData("PATCH", "records/Account/001000000000001AAA", "{}", 404)]
    [InlineData("POST", "fields/Account", """{"name":"Name","type":"string"}""", 400)]
    [InlineData("POST", "fields/Account", """{"name":"N__c","type":"string","surprise":1}""", 400)]
    [InlineData("POST", "locks", "{}", 400)]
    [InlineData("GET", "nothing", "", 404)]
    public void Mistakes_are_answered_not_thrown(string method, string path, string body, int status)
    {
        var answer = _org.Admin(method, path, body);
        Assert.Equal(status, answer.Status);
        Assert.NotNull(answer.Body!["error"]);
    }
}
