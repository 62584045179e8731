using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class AutomationTests
{
    private readonly SalesforceClient _org = new();

    [Fact]
    public void Trigger_edits_other_fields_in_the_same_write_as_the_same_user()
    {
        _org.Sandbox.AddTrigger("Account", save =>
        {
            if (!save.IsNew && !Equals(save.Old("Phone"), save["Phone"]))
            {
                save["Description"] = $"  was {save.Old("Phone")} ";
            }
        });
        var id = _org.Create("Account", """{"Name":"A","Phone":"1"}""");
        Assert.Null(_org.Sandbox.Record("Account", id)!["Description"]);
        _org.Patch($"/sobjects/Account/{id}", """{"Phone":"2"}""");
        var record = _org.Sandbox.Record("Account", id)!;
        Assert.Equal(("was 1", _org.Sandbox.IntegrationUserId), (record["Description"], record["LastModifiedById"]));
        Assert.False(_org.Sandbox.Writes[^1].Fields.ContainsKey("Description"));
    }

    [Fact]
    public void Validation_rule_refuses_with_its_text()
    {
        _org.Sandbox.AddRule("Account", save => save["Phone"] is "0" ? new SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", "No zero", []) : null);
        var answer = _org.Post("/sobjects/Account", """{"Name":"A","Phone":"0"}""");
        Assert.Equal("""[{"message":"No zero","errorCode":"FIELD_CUSTOM_VALIDATION_EXCEPTION","fields":[]}]""", answer.Text);
        Assert.Empty(_org.Sandbox.Records("Account"));
    }

    [Theory]
    [InlineData("Lead", """{"LastName":"L","Company":"C"}""")]
    [InlineData("Case", """{"Subject":"S"}""")]
    [InlineData("Account", """{"Name":"A"}""")]
    public void Assignment_rule_changes_the_owner_unless_told_not_to(string type, string body)
    {
        var human = _org.Sandbox.HumanUserId;
        _org.Sandbox.Switches = _org.Sandbox.Switches with { LeadAssignmentOwnerId = human, CaseAssignmentOwnerId = human, AccountAssignmentOwnerId = human };
        var assigned = _org.Create(type, body);
        Assert.Equal(human, _org.Sandbox.Record(type, assigned)!["OwnerId"]);
        var own = _org.Post($"/sobjects/{type}", body, ("Sforce-Auto-Assign", "FALSE")).Body!["id"]!.ToString();
        Assert.Equal(_org.Sandbox.IntegrationUserId, _org.Sandbox.Record(type, own)!["OwnerId"]);
        _org.Patch($"/sobjects/{type}/{own}", "{}");
        Assert.Equal(human, _org.Sandbox.Record(type, own)!["OwnerId"]);
    }

    [Fact]
    public void Rules_hold_for_people_too()
    {
        _org.Sandbox.AddRule("Account", save => save["Phone"] is "0" ? new SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", "No zero") : null);
        Assert.Throws<SalesforceException>(() => _org.Sandbox.CreateAsUser("Account", new JsonObject { ["Name"] = "A", ["Phone"] = "0" }));
    }
}
