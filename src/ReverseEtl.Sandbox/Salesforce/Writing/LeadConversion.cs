using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Converts leads: account, contact and opportunity, then the lead itself, in one transaction (reference §6.5).</summary>
internal sealed class LeadConversion(Org org, RowParser parser, RowWriter writer, StampedEdits edits, RowReader reader)
{
    private static readonly (string Lead, string Account)[] ToAccount =
    [
        ("Company", "Name"), ("Phone", "Phone"), ("Website", "Website"), ("Industry", "Industry"), ("AnnualRevenue", "AnnualRevenue"),
        ("NumberOfEmployees", "NumberOfEmployees"), ("Street", "BillingStreet"), ("City", "BillingCity"), ("State", "BillingState"),
        ("PostalCode", "BillingPostalCode"), ("Country", "BillingCountry"),
    ];

    private static readonly (string Lead, string Contact)[] ToContact =
    [
        ("Salutation", "Salutation"), ("FirstName", "FirstName"), ("LastName", "LastName"), ("Title", "Title"), ("Email", "Email"),
        ("Phone", "Phone"), ("MobilePhone", "MobilePhone"), ("Fax", "Fax"), ("LeadSource", "LeadSource"), ("Street", "MailingStreet"),
        ("City", "MailingCity"), ("State", "MailingState"), ("PostalCode", "MailingPostalCode"), ("Country", "MailingCountry"),
    ];

    /// <param name="lead">The lead.</param>
    /// <param name="accountId">An account to use instead of a new one.</param>
    /// <param name="contactId">A contact to use instead of a new one.</param>
    /// <param name="withOpportunity">Whether an opportunity is made.</param>
    /// <param name="call">Who converts.</param>
    public ConvertedLead Convert(SfRecord lead, string? accountId, string? contactId, bool withOpportunity, WriteCall call)
    {
        writer.RequireWritable(lead);
        if (IsConverted(lead))
        {
            throw Converted();
        }

        var type = lead.Type;
        var account = accountId ?? Make("Account", Copied(lead, ToAccount), call);
        var contact = contactId ?? Make("Contact", With(Copied(lead, ToContact), "AccountId", account), call);
        var opportunity = withOpportunity ? Make("Opportunity", Opportunity(lead, account), call) : null;
        edits.Change(lead, call, userEdit: true, values =>
        {
            values[type["IsConverted"].Ordinal] = true;
            values[type["ConvertedDate"].Ordinal] = DateOnly.FromDateTime(org.Now.UtcDateTime);
            values[type["ConvertedAccountId"].Ordinal] = account;
            values[type["ConvertedContactId"].Ordinal] = contact;
            values[type["ConvertedOpportunityId"].Ordinal] = opportunity;
            values[type["Status"].Ordinal] = type["Status"].Picklist.FirstOrDefault(s => s.Contains("Converted", StringComparison.Ordinal));
        });
        return new ConvertedLead(account, contact, opportunity);
    }

    /// <summary>Whether a record is a lead that is no longer one.</summary>
    public static bool IsConverted(SfRecord record) => record.Type.Name == "Lead" && record.Latest[record.Type["IsConverted"]] is true;

    public static SalesforceException Converted() => new("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead");

    private JsonObject Opportunity(SfRecord lead, string account)
    {
        var stage = org.Schema.Get("Opportunity")["StageName"].Picklist[0];
        var today = org.Now.UtcDateTime;
        var quarterEnd = new DateOnly(today.Year, (((today.Month - 1) / 3) * 3) + 1, 1).AddMonths(3).AddDays(-1);
        return new JsonObject
        {
            ["Name"] = $"{Text(lead, "Company")}-",
            ["AccountId"] = account,
            ["StageName"] = stage,
            ["CloseDate"] = quarterEnd.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private JsonObject Copied(SfRecord lead, (string Lead, string Target)[] fields)
    {
        var body = new JsonObject();
        foreach (var (from, to) in fields)
        {
            body[to] = reader.Read(lead, lead.Latest, lead.Type[from]) switch
            {
                null => null,
                decimal number => JsonValue.Create(number),
                var text => JsonValue.Create(text.ToString()),
            };
        }

        return body;
    }

    private string? Text(SfRecord lead, string field) => reader.Read(lead, lead.Latest, lead.Type[field])?.ToString();

    private static JsonObject With(JsonObject body, string field, string value)
    {
        body[field] = value;
        return body;
    }

    private string Make(string typeName, JsonObject body, WriteCall call)
    {
        var type = org.Schema.Get(typeName);
        return writer.Insert(parser.Parse(type, body, call), call).Id;
    }
}
