using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class DuplicateRuleTests
{
    private const string AllowSave = "allowSave=true; includeRecordDetails=false";
    private readonly SalesforceClient _org = new();
    private readonly string _first;

    public DuplicateRuleTests() => _first = _org.Create("Contact", """{"LastName":"A","Email":"a@example.org"}""");

    [Fact]
    public void Alert_refuses_with_the_documented_body_until_the_client_insists()
    {
        Alert();
        var refused = _org.Post("/sobjects/Contact", """{"LastName":"B","Email":"A@example.org"}""");
        Assert.Equal((400, "DUPLICATES_DETECTED", "Use one of these records?"), (refused.Status, refused.ErrorCode, refused.Message));
        var result = refused.Body![0]!["duplicateResult"]!;
        Assert.Equal(
            ("Standard_Contact_Duplicate_Rule", "Contact", true),
            (result["duplicateRule"]!.ToString(), result["duplicateRuleEntityType"]!.ToString(), (bool)result["allowSave"]!));
        Assert.Equal(_first, result["matchResults"]![0]!["matchRecords"]![0]!["record"]!["Id"]!.ToString());
        Assert.Equal(201, _org.Post("/sobjects/Contact", """{"LastName":"B","Email":"a@example.org"}""", ("Sforce-Duplicate-Rule-Header", AllowSave)).Status);
    }

    [Fact]
    public void Block_refuses_whatever_the_client_says()
    {
        _org.Sandbox.AddDuplicateRule("Contact", new DuplicateRule("Block_Rule", "Email", Blocks: true));
        var refused = _org.Post("/sobjects/Contact", """{"LastName":"B","Email":"a@example.org"}""", ("Sforce-Duplicate-Rule-Header", AllowSave));
        Assert.Equal("DUPLICATES_DETECTED", refused.ErrorCode);
        Assert.False((bool)refused.Body![0]!["duplicateResult"]!["allowSave"]!);
    }

    [Fact]
    public void Edit_that_leaves_the_matched_field_alone_passes()
    {
        var other = _org.Create("Contact", """{"LastName":"B","Email":"b@example.org"}""");
        Alert();
        Assert.Equal(204, _org.Patch($"/sobjects/Contact/{other}", """{"Title":"T"}""").Status);
        Assert.Equal("DUPLICATES_DETECTED", _org.Patch($"/sobjects/Contact/{other}", """{"Email":"a@example.org"}""").ErrorCode);
        Assert.Equal(204, _org.Patch($"/sobjects/Contact/{_first}", """{"Email":"a@example.org"}""").Status);
    }

    [Fact]
    public void Collections_tell_what_was_found_by_switch_only()
    {
        Alert();
        const string Body = """{"records":[{"attributes":{"type":"Contact"},"LastName":"B","Email":"a@example.org"}]}""";
        var error = _org.Post("/composite/sobjects", Body).Body![0]!["errors"]![0]!;
        Assert.Equal("DUPLICATES_DETECTED", error["statusCode"]!.ToString());
        Assert.Null(error["duplicateResult"]);
        _org.Sandbox.Switches = _org.Sandbox.Switches with { CollectionsTellDuplicates = true };
        Assert.NotNull(_org.Post("/composite/sobjects", Body).Body![0]!["errors"]![0]!["duplicateResult"]);
    }

    [Fact]
    public void Bulk_runs_the_rules_too()
    {
        Alert();
        Assert.Equal(
            "DUPLICATES_DETECTED:Use one of these records?:--",
            BulkJob.Run(_org, "Contact", "insert", "LastName,Email\nB,a@example.org\n").Failures().Single()["sf__Error"]);
    }

    private void Alert() => Assert.Equal(204, _org.Admin(
        "POST", "duplicate-rules/Contact", """{"name":"Standard_Contact_Duplicate_Rule","field":"Email","blocks":false}""").Status);
}
