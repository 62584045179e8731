using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>What orgs have beyond the standard objects: custom objects, histories, roll-ups, encrypted fields, record types, person accounts.</summary>
public class OrgKindsTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Custom_object_takes_every_kind_of_call()
    {
        AddInvoices();
        var account = _org.Create("Account", """{"Name":"A","Warehouse_Id__c":"A-1"}""");
        var created = _org.Patch("/sobjects/Invoice__c/Number__c/I-1", """{"Name":"First","Amount__c":5,"Account__r":{"Warehouse_Id__c":"A-1"}}""");
        Assert.Equal(201, created.Status);
        Assert.StartsWith("a00", created.Body!["id"]!.ToString());
        Assert.Equal(["A"], _org.Query("SELECT Account__r.Name FROM Invoice__c").Records.Select(r => r!["Account__r"]!["Name"]!.ToString()));
        var row = BulkJob.Run(_org, "Invoice__c", "upsert", "Number__c,Name,Account__r.Warehouse_Id__c\nI-2,Second,A-1\n", "Number__c").Successes().Single();
        Assert.Equal("true", row["sf__Created"]);
        Assert.Contains(_org.Get("/sobjects").Body!["sobjects"]!.AsArray(), o => o!["name"]!.ToString() == "Invoice__c" && (bool)o["custom"]!);
        Assert.Equal(400, _org.Admin("POST", "objects", """{"name":"Invoice__c"}""").Status);
        Assert.Equal(400, _org.Admin("POST", "objects", """{"name":"Invoice"}""").Status);
        Assert.Equal(204, _org.Delete($"/sobjects/Account/{account}").Status);
        Assert.Empty(_org.Sandbox.Records("Invoice__c"));
    }

    [Fact]
    public void Master_detail_field_is_required_and_fixed()
    {
        AddInvoices();
        Assert.Equal("REQUIRED_FIELD_MISSING", _org.Post("/sobjects/Invoice__c", """{"Name":"I"}""").ErrorCode);
        var (a, b) = (_org.Create("Account", """{"Name":"A"}"""), _org.Create("Account", """{"Name":"B"}"""));
        var invoice = _org.Create("Invoice__c", $$"""{"Name":"I","Account__c":"{{a}}"}""");
        Assert.Equal("INVALID_FIELD_FOR_INSERT_UPDATE", _org.Patch($"/sobjects/Invoice__c/{invoice}", $$"""{"Account__c":"{{b}}"}""").ErrorCode);
    }

    [Fact]
    public void Custom_lookup_follows_a_merge_and_is_emptied_by_a_delete()
    {
        _org.Sandbox.AddField("Contact", new FieldSpec("Partner__c", "reference") { ReferenceTo = "Account" });
        var (winner, loser) = (_org.Create("Account", """{"Name":"W"}"""), _org.Create("Account", """{"Name":"L"}"""));
        var contact = _org.Create("Contact", $$"""{"LastName":"C","Partner__c":"{{loser}}"}""");
        _org.Sandbox.MergeAsUser("Account", winner, [loser]);
        Assert.Equal(winner, _org.Sandbox.Record("Contact", contact)!["Partner__c"]);
        _org.Sandbox.DeleteAsUser("Account", winner);
        Assert.Null(_org.Sandbox.Record("Contact", contact)!["Partner__c"]);
        Assert.Contains(
            _org.Get("/sobjects/Account/describe").Body!["childRelationships"]!.AsArray(), c => c!["field"]!.ToString() == "Partner__c");
    }

    [Fact]
    public void Roll_up_shows_its_children_and_moves_no_stamp_unless_told()
    {
        AddInvoices();
        Assert.Equal(204, _org.Admin("POST", "fields/Account", """
            {"name":"Total__c","type":"currency","scale":2,"rollUp":{"child":"Invoice__c","reference":"Account__c","function":"sum","field":"Amount__c"}}
            """).Status);
        _org.Sandbox.AddField("Account", new FieldSpec("Invoices__c", "double") { RollUp = new RollUp("Invoice__c", "Account__c", "count") });
        var account = _org.Create("Account", """{"Name":"A"}""");
        var before = _org.Sandbox.Record("Account", account)!.SystemModstamp;
        _org.Time.Advance(TimeSpan.FromMinutes(1));
        Invoice(account, 5);
        Invoice(account, 7);
        Assert.Equal(["12.0"], _org.Query("SELECT Total__c FROM Account WHERE Invoices__c = 2").Column("Total__c"));
        Assert.Equal(before, _org.Sandbox.Record("Account", account)!.SystemModstamp);
        Assert.Equal("INVALID_FIELD_FOR_INSERT_UPDATE", _org.Patch($"/sobjects/Account/{account}", """{"Total__c":1}""").ErrorCode);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { RollUpsMoveParentStamp = true };
        Invoice(account, 1);
        var record = _org.Sandbox.Record("Account", account)!;
        Assert.Equal((before, before.AddMinutes(1)), (record.LastModifiedDate, record.SystemModstamp));
        Assert.Equal(400, _org.Admin("POST", "fields/Account", """
            {"name":"Bad__c","type":"double","rollUp":{"child":"Invoice__c","reference":"Account__c","function":"median","field":"Amount__c"}}
            """).Status);
    }

    [Fact]
    public void Field_history_tells_who_changed_what()
    {
        Assert.Equal(204, _org.Admin("POST", "history/Account", """{"fields":["Phone","OwnerId","Description"]}""").Status);
        var id = _org.Create("Account", """{"Name":"A","Phone":"1"}""");
        _org.Time.Advance(TimeSpan.FromMinutes(1));
        _org.Sandbox.EditAsUser("Account", id, new() { ["Phone"] = "2", ["Name"] = "B" }, _org.Sandbox.SecondHumanUserId);
        _org.Patch($"/sobjects/Account/{id}", $$"""{"OwnerId":"{{_org.Sandbox.HumanUserId}}","Description":"long"}""");
        var rows = _org.Query("SELECT Field, DataType, OldValue, NewValue, CreatedById FROM AccountHistory ORDER BY Id").Records
            .Select(r => (
                r!["Field"]!.ToString(), r["DataType"]!.ToString(), r["OldValue"]?.ToString(), r["NewValue"]?.ToString(), r["CreatedById"]!.ToString()));
        var (api, human) = (_org.Sandbox.IntegrationUserId, _org.Sandbox.HumanUserId);
        Assert.Equal(
            [
                ("created", "Text", null, null, api),
                ("Phone", "Text", "1", "2", _org.Sandbox.SecondHumanUserId),
                ("Description", "Text", null, null, api),
                ("OwnerId", "Text", "Integration User", "Ingrid Sales", api),
                ("OwnerId", "EntityId", api, human, api),
            ],
            rows);
        Assert.Equal("INVALID_FIELD", _org.Query("SELECT Id FROM AccountHistory WHERE NewValue = '2'").ErrorCode);
        Assert.Equal("INSUFFICIENT_ACCESS_OR_READONLY", _org.Post("/sobjects/AccountHistory", "{}").ErrorCode);
        Assert.Equal("OpportunityFieldHistory", TrackedName("Opportunity", "StageName"));
    }

    [Fact]
    public void Rolled_back_write_leaves_no_history()
    {
        _org.Sandbox.TrackHistory("Account", "Phone");
        _org.Post(
            "/composite/sobjects",
            """{"allOrNone":true,"records":[{"attributes":{"type":"Account"},"Name":"A"},{"attributes":{"type":"Account"}}]}""");
        Assert.Empty(_org.Sandbox.Records("AccountHistory"));
    }

    [Fact]
    public void Encrypted_text_is_masked_unless_the_user_may_see_it()
    {
        _org.Sandbox.AddField("Contact", new FieldSpec("Tax_Id__c", "encryptedstring") { Length = 20 });
        var id = _org.Create("Contact", """{"LastName":"A","Tax_Id__c":"12345"}""");
        Assert.Equal("*****", _org.Get($"/sobjects/Contact/{id}?fields=Tax_Id__c").Body!["Tax_Id__c"]!.ToString());
        Assert.Equal("INVALID_FIELD", _org.Query("SELECT Id FROM Contact WHERE Tax_Id__c = '12345'").ErrorCode);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { ViewEncryptedData = true };
        Assert.Equal("12345", _org.Get($"/sobjects/Contact/{id}?fields=Tax_Id__c").Body!["Tax_Id__c"]!.ToString());
        _org.Sandbox.AddField("Contact", new FieldSpec("Secret__c", "string") { Encrypted = true });
        var field = _org.Get("/sobjects/Contact/describe").Body!["fields"]!.AsArray().First(f => f!["name"]!.ToString() == "Secret__c")!;
        Assert.Equal((true, false), ((bool)field["encrypted"]!, (bool)field["filterable"]!));
    }

    [Fact]
    public void New_record_gets_the_default_record_type()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        Assert.Equal("01254000001upcKAAQ", _org.Sandbox.Record("Account", id)!["RecordTypeId"]);
        Assert.Equal("INVALID_CROSS_REFERENCE_KEY", _org.Post("/sobjects/Account", """{"Name":"B","RecordTypeId":"012000000000001AAA"}""").ErrorCode);
    }

    [Fact]
    public void Person_account_is_named_by_its_parts_and_has_a_contact_that_follows()
    {
        var org = new SalesforceClient(new SalesforceOptions { PersonAccounts = true });
        Assert.True(org.Get("/sobjects/Account/describe").Body!["fields"]!.AsArray().Count >= 250);
        var id = org.Create("Account", """{"FirstName":"Mei","LastName":"Ito","PersonEmail":"mei@example.org"}""");
        var account = org.Sandbox.Record("Account", id)!;
        Assert.Equal((true, "Mei Ito", "0125j000000bo4yAAA"), (account["IsPersonAccount"], account["Name"], account["RecordTypeId"]));
        Assert.Equal(("Ito", "mei@example.org", id), Contact());
        Assert.Equal(204, org.Patch($"/sobjects/Account/{id}", """{"LastName":"Roy"}""").Status);
        Assert.Equal("Mei Roy", org.Sandbox.Record("Account", id)!["Name"]);
        Assert.Equal(("Roy", "mei@example.org", id), Contact());
        Assert.Equal("INVALID_FIELD_FOR_INSERT_UPDATE", org.Patch($"/sobjects/Account/{id}", """{"Name":"X"}""").ErrorCode);
        org.Sandbox.DeleteAsUser("Account", id);
        Assert.Empty(org.Sandbox.Records("Contact"));

        (object?, object?, object?) Contact() =>
            org.Sandbox.Record("Contact", (string)account["PersonContactId"]!) is { } c ? (c["LastName"], c["Email"], c["AccountId"]) : default;
    }

    [Fact]
    public void Business_account_beside_persons_needs_a_name_and_no_person_fields()
    {
        var org = new SalesforceClient(new SalesforceOptions { PersonAccounts = true });
        Assert.Equal("REQUIRED_FIELD_MISSING", org.Post("/sobjects/Account", """{"Phone":"1"}""").ErrorCode);
        var id = org.Create("Account", """{"Name":"Acme"}""");
        Assert.Equal(false, org.Sandbox.Record("Account", id)!["IsPersonAccount"]);
        Assert.Equal("INVALID_FIELD_FOR_INSERT_UPDATE", org.Patch($"/sobjects/Account/{id}", """{"PersonEmail":"a@example.org"}""").ErrorCode);
        Assert.Empty(org.Sandbox.Records("Contact"));
    }

    [Fact]
    public void Reset_may_choose_an_org_with_person_accounts()
    {
        Assert.Equal(204, _org.Admin("POST", "reset", """{"personAccounts":true}""").Status);
        _org.Login();
        Assert.True(_org.Get("/sobjects/Account/describe").Body!["fields"]!.AsArray().Count >= 250);
        Assert.Equal(400, _org.Admin("POST", "reset", """{"personAccounts":"maybe"}""").Status);
        Assert.Equal(400, _org.Admin("POST", "reset", "{").Status);
    }

    private void AddInvoices() => Assert.Equal(204, _org.Admin("POST", "objects", """
        {"name":"Invoice__c","fields":[
          {"name":"Number__c","type":"string","length":20,"externalId":true,"unique":true},
          {"name":"Amount__c","type":"currency","scale":2},
          {"name":"Account__c","type":"reference","referenceTo":"Account","masterDetail":true}]}
        """).Status);

    private void Invoice(string account, int amount) => _org.Create("Invoice__c", $$"""{"Name":"I","Account__c":"{{account}}","Amount__c":{{amount}}}""");

    private string? TrackedName(string type, string field)
    {
        _org.Sandbox.TrackHistory(type, field);
        return _org.Get("/sobjects").Body!["sobjects"]!.AsArray()
            .First(o => o!["associateParentEntity"]?.ToString() == type && o["associateEntityType"]!.ToString() == "History")!["name"]!.ToString();
    }
}
