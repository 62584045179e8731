using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Record errors as they reach the caller, and whole-request errors as exceptions.</summary>
public sealed class ErrorTests
{
    private const string Existing = "0035f00002Ab1cD";

    [Theory]
    [InlineData("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", "validation", RetryRule.AfterChange)]
    [InlineData("FIELD_CUSTOM_VALIDATION_EXCEPTION", "no", "validation", RetryRule.AfterChange)]
    [InlineData("STRING_TOO_LONG", "Title: data value too large", "validation", RetryRule.AfterChange)]
    [InlineData("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value", "validation", RetryRule.AfterChange)]
    [InlineData("INVALID_EMAIL_ADDRESS", "Email: invalid", "validation", RetryRule.AfterChange)]
    [InlineData("MALFORMED_ID", "id value of incorrect type", "validation", RetryRule.AfterChange)]
    [InlineData("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "MyTrigger: no", "validation", RetryRule.AfterChange)]
    [InlineData("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "reference", RetryRule.Later)]
    [InlineData("INVALID_FIELD", "Foreign key external ID: x not found for field K in entity Account", "reference", RetryRule.Later)]
    [InlineData("INACTIVE_OWNER_OR_USER", "no", "reference", RetryRule.AfterChange)]
    [InlineData("DUPLICATE_EXTERNAL_ID", "Contact: more than one record found for external id field: [0035f00002Ab1cDAAR, 0035f00002Ab1cEAAR]", "duplicate", RetryRule.AfterChange)]
    [InlineData("DUPLICATES_DETECTED", "Use one of these records?", "duplicate", RetryRule.AfterChange)]
    [InlineData("INSUFFICIENT_ACCESS_OR_READONLY", "no", "permission", RetryRule.AfterChange)]
    [InlineData("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: X", "schema", RetryRule.Later)]
    [InlineData("STORAGE_LIMIT_EXCEEDED", "full", "limit", RetryRule.Later)]
    [InlineData("ENTITY_IS_LOCKED", "approval", "state", RetryRule.Later)]
    [InlineData("CANNOT_UPDATE_CONVERTED_LEAD", "no", "state", RetryRule.AfterChange)]
    [InlineData("SOMETHING_NEW", "?", "unknown", RetryRule.Later)]
    public async Task Record_error_has_a_class_and_a_rule(string code, string message, string kind, RetryRule retry)
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, $"[{SalesforceRig.Failed(code, message, "\"LastName\"")}]");
        var result = Assert.Single(await rig.Write(SalesforceRig.Upsert("k", ("LastName", "x"))));
        Assert.Equal((WriteOutcome.Rejected, kind, retry, code, message), (result.Outcome, result.Error!.Class, result.Error.Retry, result.Error.Code, result.Error.Message));
        Assert.Equal(["LastName"], result.Error.Fields);
    }

    [Theory]
    [InlineData("Contact: more than one record found for external id field: [0035f00002Ab1cDAAR, 0035f00002Ab1cEAAR]")]
    [InlineData("duplicate value found: Mail__c duplicates value on record with id: 0035f00002Ab1cD")]
    [InlineData("duplicate value found: Mail__c duplicates value on record with id: 0035f00002Ab1cDAAR.")]
    public async Task Duplicate_names_the_record_in_the_way(string message)
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, $"[{SalesforceRig.Failed("DUPLICATE_VALUE", message)}]");
        var result = Assert.Single(await rig.Write(SalesforceRig.Upsert("k", ("LastName", "x"))));
        Assert.Equal(ReverseEtl.Crms.Salesforce.SalesforceId.Normalize(Existing), result.Error!.ExistingId);
    }

    [Fact]
    public async Task Duplicate_rule_names_the_record_it_found()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, """
            [{"success":false,"errors":[{"statusCode":"DUPLICATES_DETECTED","message":"Use one of these records?","duplicateResult":{"matchResults":[{"matchRecords":[{"record":{"Id":"0035f00002Ab1cDAAR"}}]}]}}]}]
            """);
        Assert.Equal("0035f00002Ab1cDAAR", Assert.Single(await rig.Write(SalesforceRig.Upsert("k", ("LastName", "x")))).Error!.ExistingId);
    }

    [Fact]
    public async Task Of_several_errors_the_one_that_a_person_must_mend_counts()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, """
            [{"success":false,"errors":[{"statusCode":"INVALID_CROSS_REFERENCE_KEY","message":"a","fields":["AccountId"]},{"statusCode":"STRING_TOO_LONG","message":"b"}]}]
            """);
        Assert.Equal("STRING_TOO_LONG", Assert.Single(await rig.Write(SalesforceRig.Upsert("k", ("LastName", "x")))).Error!.Code);
    }

    [Theory]
    [InlineData(400, """[{"errorCode":"INVALID_FIELD","message":"\nSELECT Id,Foo__c FROM Contact WHERE Key__c IN ('secret-key')\n  ^\nERROR at Row:1:Column:11\nNo such column 'Foo__c' on entity 'Contact'. If you are attempting"}]""", PortTrouble.Refused, "Foo__c")]
    [InlineData(400, """{"errorCode":"INVALID_TYPE","message":"sObject type 'Contact' is not supported."}""", PortTrouble.Refused, "sObject type 'Contact'")]
    [InlineData(400, """[{"errorCode":"MALFORMED_QUERY","message":"unexpected token: secret-key"}]""", PortTrouble.Refused, "MALFORMED_QUERY")]
    [InlineData(403, """[{"errorCode":"API_DISABLED_FOR_ORG","message":"x"}]""", PortTrouble.Refused, "API Enabled")]
    [InlineData(410, """[{"errorCode":"UNSUPPORTED_API_VERSION","message":"x"}]""", PortTrouble.Refused, "ApiVersion")]
    [InlineData(302, "", PortTrouble.Refused, "LoginUrl")]
    [InlineData(403, """[{"errorCode":"API_CURRENTLY_DISABLED","message":"x"}]""", PortTrouble.Unavailable, "API_CURRENTLY_DISABLED")]
    [InlineData(500, "<html>oops</html>", PortTrouble.Unavailable, "HTTP 500")]
    [InlineData(503, """[{"errorCode":"SERVER_UNAVAILABLE","message":"x"}]""", PortTrouble.Unavailable, "SERVER_UNAVAILABLE")]
    [InlineData(420, "<html>", PortTrouble.Unavailable, "HTTP 420")]
    [InlineData(406, "", PortTrouble.Unavailable, "HTTP 406")]
    [InlineData(429, "", PortTrouble.Limited, "HTTP 429")]
    [InlineData(200, "", PortTrouble.Unavailable, "empty")]
    public async Task Refused_query_is_an_exception_that_names_what_to_mend(int status, string body, PortTrouble trouble, string part)
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(status, body);
        var e = await Assert.ThrowsAsync<PortException>(() => rig.Crm.FindByKeyAsync(rig.Read("LastName"), ["secret-key"], default));
        Assert.Equal(trouble, e.Trouble);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sobject__query_error_response.json", 400, PortTrouble.Refused)]
    [InlineData("expired_session_response.json", 401, PortTrouble.SignIn)]
    [InlineData("sobject__sobject_find_error_response.json", 404, PortTrouble.Refused)]
    [InlineData("sobject__upsert_error_response.json", 404, PortTrouble.Refused)]
    public async Task Recorded_refusals_are_understood(string file, int status, PortTrouble trouble)
    {
        await using var rig = new SalesforceRig();
        var body = await File.ReadAllTextAsync(Path.Combine(TestData.Salesforce, "fixtures_restforce", file));
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(status, body);
        Assert.Equal(trouble, (await Assert.ThrowsAsync<PortException>(() => rig.Crm.FindByKeyAsync(rig.Read(), ["k"], default))).Trouble);
    }
}
