using System.Text.Json.Nodes;
using Npgsql;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Daemon.Demo;

/// <summary>
/// Reads both sides in full, past the engine and its state, and compares them record by record. What is different by rule is named by the
/// caller; everything else must correspond.
/// </summary>
internal sealed class DemoAudit(DemoStage stage)
{
    private static readonly FieldType Text = new(FieldKind.Text);
    private static readonly FieldType Email = new(FieldKind.Email);
    private static readonly FieldType Money = new(FieldKind.Decimal) { Scale = 2 };
    private static readonly FieldType Whole = new(FieldKind.Integer);
    private static readonly FieldType Set = new(FieldKind.MultiPicklist);
    private static readonly FieldType Date = new(FieldKind.Date);
    private static readonly FieldType Flag = new(FieldKind.Boolean);

    private static readonly (string Column, string Field, FieldType Type)[] AccountFields =
    [
        ("name", "Name", Text), ("health_score", "Health_Score__c", Money), ("segment", "Segment__c", Text), ("phone", "Phone", Text),
        ("industry", "Industry", Text), ("array_to_string(tags, ';')", "Tags__c", Set), ("annual_revenue", "AnnualRevenue", Money),
        ("employees", "NumberOfEmployees", Whole), ("description", "Description", Text), ("rating", "Rating", Text), ("support_tier", "Site", Text),
    ];

    private static readonly (string Column, string Field, FieldType Type)[] ContactFields =
    [
        ("first_name", "FirstName", Text), ("last_name", "LastName", Text), ("lead_score", "Lead_Score__c", Whole), ("email", "Email", Email),
        ("phone", "Phone", Text), ("title", "Title", Text),
    ];

    private static readonly (string Column, string Field, FieldType Type)[] PersonFields =
    [
        ("email", "email", Email), ("first_name", "firstname", Text), ("last_name", "lastname", Text), ("lead_score", "lead_score", Whole),
        ("segment", "segment", Text), ("phone", "phone", Text), ("company", "company", Text), ("trial_ends", "trial_ends", Date),
        ("job_title", "jobtitle", Text), ("newsletter", "newsletter", Flag),
    ];

    /// <summary>How many records were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>Everything that does not correspond, in words.</summary>
    /// <param name="unlinked">Keys of rows that have no CRM record, by rule.</param>
    /// <param name="different">Key and CRM field of values that differ, by rule.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlySet<string> unlinked, IReadOnlySet<(string Key, string Field)> different, CancellationToken cancellationToken)
    {
        var accounts = DemoStage.ByKey(stage.Salesforce, "Account", "Warehouse_Id__c");
        var contacts = DemoStage.ByKey(stage.Salesforce, "Contact", "Warehouse_Id__c");
        var people = DemoStage.ByKey(stage.HubSpot, "contacts", "warehouse_id");
        var findings = new List<string>();
        findings.AddRange(await TableAsync("accounts", "account_id", "parent_id", AccountFields, stage.Salesforce, accounts, ("ParentId", accounts), unlinked, different, cancellationToken));
        findings.AddRange(await TableAsync("contacts", "contact_id", "account_id", ContactFields, stage.Salesforce, contacts, ("AccountId", accounts), unlinked, different, cancellationToken));
        findings.AddRange(await TableAsync("people", "person_id", "null", PersonFields, stage.HubSpot, people, null, unlinked, different, cancellationToken));
        return findings;
    }

    private async Task<List<string>> TableAsync(
        string table, string key, string parent, (string Column, string Field, FieldType Type)[] fields, CrmUser crm, ILookup<string, JsonNode> records,
        (string Field, ILookup<string, JsonNode> Parents)? reference, IReadOnlySet<string> unlinked, IReadOnlySet<(string Key, string Field)> different,
        CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await using var connection = new NpgsqlConnection(stage.Warehouse);
        await connection.OpenAsync(cancellationToken);
        var columns = string.Join(", ", fields.Select(f => $"({f.Column})::text"));
        await using var command = new NpgsqlCommand($"select {key}, {parent}::text, {columns} from analytics.{table}", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var id = rows.GetString(0);
            keys.Add(id);
            var partners = records[id].ToList();
            if (partners.Count != (unlinked.Contains(id) ? 0 : 1))
            {
                findings.Add($"{id} has {partners.Count} live CRM records");
                continue;
            }

            if (partners is not [var partner])
            {
                continue;
            }

            Compared++;
            for (var i = 0; i < fields.Length; i++)
            {
                var (_, field, type) = fields[i];
                var here = type.Canon(FieldValue.Of(rows.IsDBNull(i + 2) ? null : rows.GetString(i + 2)));
                var there = type.Canon(FieldValue.Of(crm.Field(partner, field)));
                if ((here == there) == different.Contains((id, field)))
                {
                    findings.Add($"{id} {field}: warehouse {here}, CRM {there}");
                }
            }

            if (reference is var (referenceField, parents) && !rows.IsDBNull(1) && !unlinked.Contains(rows.GetString(1))
                && parents[rows.GetString(1)].Select(CrmUser.IdOf).SingleOrDefault() != crm.Field(partner, referenceField))
            {
                findings.Add($"{id} {referenceField}: does not point to the record of {rows.GetString(1)}");
            }
        }

        findings.AddRange(records.Select(r => r.Key).Where(k => !keys.Contains(k)).Select(k => $"{k} is live in the CRM without a row in {table}"));
        return findings;
    }
}
