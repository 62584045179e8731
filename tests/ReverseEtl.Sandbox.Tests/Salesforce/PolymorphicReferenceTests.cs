namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>Event.WhoId points at a Contact or a Lead, Event.WhatId at nearly anything (reference §2.3).</summary>
public class PolymorphicReferenceTests
{
    private readonly SalesforceClient _org = new();
    private readonly string _contact;
    private readonly string _lead;
    private readonly string _account;

    public PolymorphicReferenceTests()
    {
        Assert.Equal(204, _org.Admin("POST", "standard-objects/Event").Status);
        _contact = _org.Create("Contact", """{"LastName":"Ito","FirstName":"Ken","Email":"ken@example.org"}""");
        _lead = _org.Create("Lead", """{"LastName":"Roy","Company":"Acme","Email":"roy@example.org"}""");
        _account = _org.Create("Account", """{"Name":"Acme"}""");
    }

    [Fact]
    public void Object_is_described_as_recorded_and_cannot_be_added_twice()
    {
        var describe = _org.Get("/sobjects/Event/describe").Body!;
        var who = describe["fields"]!.AsArray().Single(f => f!["name"]!.ToString() == "WhoId")!;
        Assert.Equal(["Contact", "Lead"], who["referenceTo"]!.AsArray().Select(t => t!.ToString()));
        Assert.Contains("Event", _org.Get("/sobjects").Body!["sobjects"]!.AsArray().Select(o => o!["name"]!.ToString()));
        Assert.Equal(400, _org.Admin("POST", "standard-objects/Event").Status);
        Assert.Equal(400, _org.Admin("POST", "standard-objects/Campaign").Status);
        Assert.Equal(204, _org.Admin("POST", "standard-objects/OpportunityContactRole").Status);
    }

    [Fact]
    public void Parents_of_either_kind_are_seen_as_names()
    {
        Event("A", $"\"WhoId\":\"{_contact}\",\"WhatId\":\"{_account}\"");
        Event("B", $"\"WhoId\":\"{_lead}\"");
        Event("C", "\"IsPrivate\":true");
        var rows = _org.Query("SELECT Subject, Who.Name, Who.Email, What.Name, What.Email FROM Event ORDER BY Subject").Records;
        Assert.Equal(["ken@example.org", "roy@example.org", null], rows.Select(r => r!["Who"]?["Email"]?.ToString()));
        Assert.Equal("Ken Ito", rows[0]!["Who"]!["Name"]!.ToString());
        Assert.Equal(("Name", $"/services/data/v66.0/sobjects/Lead/{_lead}"), (
            rows[1]!["Who"]!["attributes"]!["type"]!.ToString(), rows[1]!["Who"]!["attributes"]!["url"]!.ToString()));
        Assert.Equal("Acme", rows[0]!["What"]!["Name"]!.ToString());
        Assert.Null(rows[0]!["What"]!["Email"]);
        Assert.Equal(["B"], _org.Query("SELECT Subject FROM Event WHERE Who.Email = 'roy@example.org'").Column("Subject"));
        Assert.Equal(["A"], _org.Query($"SELECT Subject FROM Event WHERE WhoId = '{_contact}' ORDER BY Who.Name").Column("Subject"));
    }

    [Theory]
    [InlineData("Who.Warehouse_Id__c", "No such column 'Warehouse_Id__c' on entity 'Name'")]
    [InlineData("Who.Account.Name", "Didn't understand relationship 'Account'")]
    public void Fields_of_one_kind_alone_are_not_to_be_had(string path, string message) =>
        Assert.Contains(message, _org.Query($"SELECT {path} FROM Event").Message);

    [Fact]
    public void Keys_need_the_kind_they_belong_to()
    {
        Assert.Equal("INVALID_FIELD", _org.Post("/sobjects/Event", """{"Subject":"A","Who":{"Email":"roy@example.org"}}""").ErrorCode);
        Event("A", "\"Who\":{\"attributes\":{\"type\":\"Lead\"},\"Email\":\"roy@example.org\"}");
        var job = BulkJob.Run(_org, "Event", "insert", "Subject,Lead:Who.Email\nB,roy@example.org\nC,nobody@example.org\n");
        Assert.StartsWith("INVALID_FIELD:Foreign key external ID: nobody@example.org", job.Failures().Single()["sf__Error"]);
        Assert.Equal([_lead, _lead], _org.Query("SELECT WhoId FROM Event").Column("WhoId"));
        Assert.Equal("Failed", BulkJob.Run(_org, "Event", "insert", "Subject,Who.Email\nD,roy@example.org\n").State());
        Assert.Equal("INVALID_CROSS_REFERENCE_KEY", _org.Post("/sobjects/Event", $$"""{"WhoId":"{{_account}}"}""").ErrorCode);
    }

    private void Event(string subject, string more) => _org.Create("Event", $$"""{"Subject":"{{subject}}",{{more}}}""");
}
