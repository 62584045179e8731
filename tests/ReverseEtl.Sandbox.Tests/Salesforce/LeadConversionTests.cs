namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class LeadConversionTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Conversion_makes_account_contact_and_opportunity_and_marks_the_lead()
    {
        var lead = Lead();
        _org.Time.Advance(TimeSpan.FromMinutes(5));
        var made = _org.Admin("POST", $"convert/{lead}", "{}").Body!;
        var record = _org.Sandbox.Record("Lead", lead)!;
        Assert.Equal(
            (true, made["accountId"]!.ToString(), made["contactId"]!.ToString(), made["opportunityId"]!.ToString(), "Closed - Converted"),
            (record["IsConverted"], record["ConvertedAccountId"], record["ConvertedContactId"], record["ConvertedOpportunityId"],
                record["Status"]));
        Assert.Equal(new DateOnly(2026, 3, 2), record["ConvertedDate"]);
        Assert.Equal(_org.Time.GetUtcNow().AddMilliseconds(-250), record.SystemModstamp);
        var account = _org.Sandbox.Record("Account", made["accountId"]!.ToString())!;
        Assert.Equal(("Acme", 12m, "Berlin"), (account["Name"], account["NumberOfEmployees"], account["BillingCity"]));
        var contact = _org.Sandbox.Record("Contact", made["contactId"]!.ToString())!;
        Assert.Equal(
            ("Ito", "ito@example.org", account.Id, null),
            (contact["LastName"], contact["Email"], contact["AccountId"], contact["Warehouse_Id__c"]));
        var opportunity = _org.Sandbox.Records("Opportunity").Single();
        Assert.Equal(("Acme-", new DateOnly(2026, 3, 31)), (opportunity["Name"], opportunity["CloseDate"]));
    }

    [Fact]
    public void Existing_records_may_be_used_and_the_opportunity_left_out()
    {
        var account = _org.Create("Account", """{"Name":"Kept"}""");
        var made = _org.Sandbox.ConvertLead(Lead(), accountId: account, withOpportunity: false);
        Assert.Equal((account, null), (made.AccountId, made.OpportunityId));
        Assert.Single(_org.Sandbox.Records("Account"));
        Assert.Empty(_org.Sandbox.Records("Opportunity"));
    }

    [Fact]
    public void Converted_lead_stays_queryable_and_takes_no_write_unless_allowed()
    {
        var lead = Lead();
        _org.Sandbox.ConvertLead(lead);
        Assert.Equal([lead], _org.Query("SELECT Id FROM Lead WHERE IsConverted = true").Column("Id"));
        Assert.Equal("CANNOT_UPDATE_CONVERTED_LEAD", _org.Patch($"/sobjects/Lead/{lead}", """{"Phone":"2"}""").ErrorCode);
        Assert.Equal(400, _org.Admin("POST", $"convert/{lead}", "{}").Status);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { ConvertedLeadsWritable = true };
        Assert.Equal(204, _org.Patch($"/sobjects/Lead/{lead}", """{"Phone":"2"}""").Status);
    }

    [Fact]
    public void Conversion_is_one_transaction()
    {
        var lead = Lead();
        _org.Sandbox.AddRule("Opportunity", _ => new("FIELD_CUSTOM_VALIDATION_EXCEPTION", "No", []));
        Assert.Equal(400, _org.Admin("POST", $"convert/{lead}", "{}").Status);
        Assert.Empty(_org.Sandbox.Records("Account"));
        Assert.False((bool)_org.Sandbox.Record("Lead", lead)!["IsConverted"]!);
    }

    private string Lead() => _org.Create("Lead", """
        {"LastName":"Ito","Company":"Acme","Email":"ito@example.org","NumberOfEmployees":12,"City":"Berlin","Warehouse_Id__c":"L-1"}
        """);
}
