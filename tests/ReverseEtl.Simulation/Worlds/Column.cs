using System.Globalization;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>What values a column takes.</summary>
public enum ColumnKind
{
    /// <summary>Free text.</summary>
    Text,

    /// <summary>An address, unique by itself.</summary>
    Email,

    /// <summary>A phone number, which a CRM may spell differently.</summary>
    Phone,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A set of a few words.</summary>
    Set,

    /// <summary>The key of a row of the other mapping.</summary>
    Reference,
}

/// <summary>A column of the simulated warehouse and what it is called in both CRMs.</summary>
/// <param name="Name">In the warehouse.</param>
/// <param name="Kind">What values it takes.</param>
/// <param name="Salesforce">The field's name there.</param>
/// <param name="HubSpot">The property's name there.</param>
public sealed record Column(string Name, ColumnKind Kind, string Salesforce, string HubSpot)
{
    private static readonly string[] Words = ["analytics", "automation", "support", "training"];

    /// <summary>The columns of <c>people</c>, the key left out.</summary>
    public static IReadOnlyList<Column> People { get; } =
    [
        new("email", ColumnKind.Email, "Email", "email"),
        new("last_name", ColumnKind.Text, "LastName", "lastname"),
        new("first_name", ColumnKind.Text, "FirstName", "firstname"),
        new("city", ColumnKind.Text, "MailingCity", "city"),
        new("phone", ColumnKind.Phone, "Phone", "phone"),
        new("job_title", ColumnKind.Text, "Title", "jobtitle"),
        new("lead_score", ColumnKind.Number, "Lead_Score__c", "lead_score"),
        new("interests", ColumnKind.Set, "Interests__c", "interests"),
        new("account_id", ColumnKind.Reference, "AccountId", "company"),
    ];

    /// <summary>The columns of <c>accounts</c>.</summary>
    public static IReadOnlyList<Column> Accounts { get; } = [new("name", ColumnKind.Text, "Name", "name")];

    /// <summary>The CRM's name of it.</summary>
    public string In(CrmKind crm) => crm is CrmKind.Salesforce ? Salesforce : HubSpot;

    /// <summary>
    /// A value that nobody wrote before, so that it can be traced to whoever did. Sometimes spelled in a way that a CRM stores differently.
    /// </summary>
    public string Fresh(Random random, int number) => Kind switch
    {
        ColumnKind.Email => $"u{number}@example.org",
        ColumnKind.Phone => $"+49 {number}",
        ColumnKind.Number => number.ToString(CultureInfo.InvariantCulture),
        ColumnKind.Set => string.Join(';', Words.Where(_ => random.Next(2) == 0).DefaultIfEmpty(Words[random.Next(Words.Length)])),
        _ => random.Next(6) switch { 0 => $" v{number}", 1 => $"V{number}", _ => $"v{number}" },
    };
}
