namespace ReverseEtl.Benchmarks.Stage;

/// <summary>One mapped column: how rows are made, and what it is called in either CRM.</summary>
/// <param name="Column">Its name in the model.</param>
/// <param name="SqlType">Its type there.</param>
/// <param name="Sql">Its value in row <c>n</c>.</param>
/// <param name="Salesforce">The field of Account.</param>
/// <param name="HubSpot">The property of a company.</param>
internal sealed record Field(string Column, string SqlType, string Sql, string Salesforce, string HubSpot)
{
    /// <summary>The describe type of a custom field in Salesforce; null for one that is there.</summary>
    public string? SalesforceType { get; init; }

    /// <summary>Type and field type of a property in HubSpot; null for one that is there.</summary>
    public string? HubSpotType { get; init; }
}

/// <summary>The ten mapped columns: five texts, two numbers, a flag, a point in time and a day; about 200 bytes a row, every eleventh value null in eight of them.</summary>
internal static class Fields
{
    /// <summary>All ten.</summary>
    public static IReadOnlyList<Field> All { get; } =
    [
        new("name", "text not null", "'Company ' || md5(n::text)", "Name", "name"),
        new("city", "text", Sparse(1, "'City of ' || left(md5((n * 7)::text), 16)"), "BillingCity", "city"),
        new("phone", "text", Sparse(2, "'+49 30 ' || lpad((n * 7919 % 100000000)::text, 8, '0')"), "Phone", "phone"),
        new("website", "text", Sparse(3, "'https://www.' || left(md5((n * 3)::text), 16) || '.example'"), "Website", "website"),
        new("plan", "text", Sparse(4, "(array['free', 'team', 'business', 'enterprise'])[1 + n % 4]"), "Plan__c", "plan") { SalesforceType = "string", HubSpotType = "string/text" },
        new("arr", "numeric(12,2)", Sparse(5, "(n * 37 % 100000000) / 100.0"), "Arr__c", "arr") { SalesforceType = "double", HubSpotType = "number/number" },
        new("score", "double precision", Sparse(6, "(n % 1000) / 8.0"), "Score__c", "score") { SalesforceType = "double", HubSpotType = "number/number" },
        new("active", "boolean not null", "n % 3 = 0", "Active__c", "active") { SalesforceType = "boolean", HubSpotType = "bool/booleancheckbox" },
        new("seen_at", "timestamptz", Sparse(7, "timestamptz '2024-01-01' + n * interval '37 seconds'"), "Seen_At__c", "seen_at") { SalesforceType = "datetime", HubSpotType = "datetime/date" },
        new("since", "date", Sparse(8, "date '2015-01-01' + (n % 4000)::int"), "Since__c", "since") { SalesforceType = "date", HubSpotType = "date/date" },
    ];

    // Every eleventh row has no value here; which one differs by column.
    private static string Sparse(int turn, string value) => $"case when n % 11 <> {turn} then {value} end";
}
