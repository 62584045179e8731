using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class NormalizationTests
{
    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly SalesforceClient _org = new();

    [Theory]
    [InlineData("Contact", "Title", "\"  CTO \\t\"", "\"CTO\"")]
    [InlineData("Contact", "Email", "\" Ada.Okafor@Example.ORG \"", "\"ada.okafor@example.org\"")]
    [InlineData("Contact", "Description", "\"a\\r\\nb\\rc\"", "\"a\\nb\\nc\"")]
    [InlineData("Contact", "Birthdate", "\"1980-02-29\"", "\"1980-02-29\"")]
    [InlineData("Contact", "Newsletter__c", "\"true\"", "true")]
    [InlineData("Account", "Health_Score__c", "1.239", "1.23")]
    [InlineData("Account", "Health_Score__c", "-1.239", "-1.23")]
    [InlineData("Account", "Health_Score__c", "\"12.5\"", "12.5")]
    [InlineData("Account", "AnnualRevenue", "1000.99", "1000.0")]
    [InlineData("Account", "NumberOfEmployees", "7", "7")]
    [InlineData("Account", "Tags__c", "\"Strategic; Reference;Strategic\"", "\"Reference;Strategic\"")]
    [InlineData("Account", "Industry", "\"Not on the list\"", "\"Not on the list\"")]
    [InlineData("Account", "Phone", "\"\"", "null")]
    [InlineData("Contact", "EmailBouncedDate", "\"2026-03-02T12:00:00.999+02:00\"", "\"2026-03-02T10:00:00.000+0000\"")]
    public void Value_is_stored_in_the_platforms_form(string type, string field, string sent, string stored)
    {
        var id = _org.Create(type, $$"""{"{{(type == "Account" ? "Name" : "LastName")}}":"x","{{field}}":{{sent}}}""");
        var body = _org.Get($"/sobjects/{type}/{id}?fields={field}").Body!;
        Assert.Equal(stored, body[field]?.ToJsonString(Relaxed) ?? "null");
    }

    [Theory]
    [InlineData("Contact", "Email", "\"nonsense\"", "INVALID_EMAIL_ADDRESS", "Email: invalid email address: nonsense")]
    [InlineData("Contact", "FirstName", "\"01234567890123456789012345678901234567890\"", "STRING_TOO_LONG", "First Name: data value too large: 01234567890123456789012345678901234567890 (max length=40)")]
    [InlineData("Account", "Segment__c", "\"Huge\"", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Segment: bad value for restricted picklist field: Huge")]
    [InlineData("Account", "Segment__c", "\"smb\"", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Segment: bad value for restricted picklist field: smb")]
    [InlineData("Account", "Health_Score__c", "10000000000000000", "NUMBER_OUTSIDE_VALID_RANGE", "Health Score: value outside of valid range on numeric field: 10000000000000000")]
    [InlineData("Account", "Health_Score__c", "1e99", "NUMBER_OUTSIDE_VALID_RANGE", "Health Score: value outside of valid range on numeric field: 1e99")]
    [InlineData("Account", "NumberOfEmployees", "100000000", "NUMBER_OUTSIDE_VALID_RANGE", "Employees: value outside of valid range on numeric field: 100000000")]
    [InlineData("Contact", "Newsletter__c", "null", "INVALID_TYPE_ON_FIELD_IN_RECORD", "Newsletter: value not of required type: null")]
    [InlineData("Account", "IsPartner", "true", "INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: IsPartner. Please check the security settings of this field and verify that it is read/write for your profile or permission set.")]
    public void Bad_value_is_refused_with_its_field(string type, string field, string sent, string code, string message)
    {
        var answer = _org.Post($"/sobjects/{type}", $$"""{"{{(type == "Account" ? "Name" : "LastName")}}":"x","{{field}}":{{sent}}}""");
        Assert.Equal((400, code, message), (answer.Status, answer.ErrorCode, answer.Message));
        Assert.Equal(field, answer.Body![0]!["fields"]?[0]?.ToString() ?? field);
    }

    [Theory]
    [InlineData("Title", "5", "Cannot deserialize instance of string from VALUE_NUMBER_INT value 5")]
    [InlineData("Birthdate", "\"2026-03-02T00:00:00Z\"", "Cannot deserialize instance of date from VALUE_STRING value 2026-03-02T00:00:00Z")]
    [InlineData("EmailBouncedDate", "\"2026-03-02\"", "Cannot deserialize instance of datetime from VALUE_STRING value 2026-03-02")]
    [InlineData("Newsletter__c", "\"yes\"", "Cannot deserialize instance of boolean from VALUE_STRING value yes")]
    [InlineData("Newsletter__c", "1", "Cannot deserialize instance of boolean from VALUE_NUMBER_INT value 1")]
    [InlineData("Title", "{}", "Cannot deserialize instance of string from START_OBJECT")]
    public void Value_of_another_type_cannot_be_deserialized(string field, string sent, string message)
    {
        var answer = _org.Post("/sobjects/Contact", $$"""{"LastName":"x","{{field}}":{{sent}}}""");
        Assert.Equal((400, "JSON_PARSER_ERROR"), (answer.Status, answer.ErrorCode));
        Assert.StartsWith(message, answer.Message);
    }

    [Fact]
    public void Every_normalization_can_be_switched_off()
    {
        _org.Sandbox.Switches = new SalesforceSwitches
        {
            TrimText = false, LowerCaseEmail = false, NormalizeLineEnds = false, OrderMultiPicklists = false, NumbersForText = true, NullCheckboxIsFalse = true,
        };
        var id = _org.Create("Contact", """{"LastName":" x ","Email":"A@B.org","Description":"a\r\nb","Title":5,"Newsletter__c":null}""");
        var record = _org.Sandbox.Record("Contact", id)!;
        Assert.Equal((" x ", "A@B.org", "a\r\nb", "5", false), (record["LastName"], record["Email"], record["Description"], record["Title"], record["Newsletter__c"]));
        var account = _org.Create("Account", """{"Name":"A","Tags__c":"Strategic;Reference"}""");
        Assert.Equal("Strategic;Reference", _org.Sandbox.Record("Account", account)!["Tags__c"]);
    }

    [Fact]
    public void Restricted_multi_picklist_refuses_unknown_values()
    {
        _org.Sandbox.AddField("Account", new FieldSpec("Regions__c", "multipicklist") { Picklist = ["EU", "US"], Restricted = true });
        Assert.Equal("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", _org.Post("/sobjects/Account", """{"Name":"A","Regions__c":"EU;Mars"}""").ErrorCode);
    }

    [Fact]
    public void Defaults_and_derived_fields_are_filled_in()
    {
        var opportunity = _org.Create("Opportunity", """{"Name":"O","StageName":"Closed Won","CloseDate":"2026-05-01","Amount":100}""");
        var deal = _org.Sandbox.Record("Opportunity", opportunity)!;
        Assert.Equal((true, true, 100m, 100m, "Closed", "2026 2"), (deal["IsClosed"], deal["IsWon"], deal["Probability"], deal["ExpectedRevenue"], deal["ForecastCategory"], deal["Fiscal"]));
        _org.Patch($"/sobjects/Opportunity/{opportunity}", """{"StageName":"Prospecting"}""");
        Assert.Equal((false, 10m), (_org.Sandbox.Record("Opportunity", opportunity)!["IsClosed"], _org.Sandbox.Record("Opportunity", opportunity)!["Probability"]));
        var contact = _org.Create("Contact", """{"LastName":"C","Email":"c@example.org"}""");
        var ticket = _org.Sandbox.Record("Case", _org.Create("Case", $$"""{"Subject":"S","ContactId":"{{contact}}"}"""))!;
        Assert.Equal(("New", "Medium", "00001001", "c@example.org"), (ticket["Status"], ticket["Priority"], ticket["CaseNumber"], ticket["ContactEmail"]));
    }

    [Fact]
    public void Same_values_again_still_move_the_stamps()
    {
        var id = _org.Create("Account", """{"Name":"A"}""");
        _org.Time.Advance(TimeSpan.FromSeconds(9));
        _org.Patch($"/sobjects/Account/{id}", """{"Name":"A"}""");
        Assert.Equal(9, _org.Sandbox.Record("Account", id)!.LastModifiedDate.Second);
    }
}
