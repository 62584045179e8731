using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Rest;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>What an ingest job shall do.</summary>
/// <param name="Type">The object.</param>
/// <param name="Operation">insert, update, upsert, delete or hardDelete.</param>
/// <param name="Key">What an upsert finds records by; null for the other operations.</param>
/// <param name="Dialect">How the data is written.</param>
/// <param name="AssignmentRuleId">The rule that assigns owners; without one none runs.</param>
internal sealed record IngestSpec(ObjectType Type, string Operation, FieldDefinition? Key, CsvDialect Dialect, string? AssignmentRuleId)
{
    private static readonly HashSet<string> Members =
        ["object", "operation", "externalIdFieldName", "contentType", "lineEnding", "columnDelimiter", "assignmentRuleId"];

    /// <summary>Reads a create body; throws what the API answers for a job it does not take.</summary>
    public static IngestSpec Parse(Org org, JsonObject body)
    {
        if (body.Select(m => m.Key).FirstOrDefault(m => !Members.Contains(m)) is { } unknown)
        {
            throw SalesforceException.Unreadable("JSON_PARSER_ERROR", $"Unrecognized field \"{unknown}\" at [line:1, column:1]");
        }

        var name = Text(body, "object") ?? throw BulkRefusal.InvalidJob("Object is required");
        var operation = Text(body, "operation") ?? throw BulkRefusal.InvalidJob("Operation is required");
        if (operation is not ("insert" or "update" or "upsert" or "delete" or "hardDelete"))
        {
            throw BulkRefusal.InvalidJob($"Unknown operation {operation}");
        }

        if (operation == "hardDelete" && !org.Switches.BulkHardDeleteAllowed)
        {
            throw BulkRefusal.Of(
                "FEATURENOTENABLED", "hardDelete operation requires special user profile permission, please contact your system administrator");
        }

        if ((Text(body, "contentType") ?? "CSV") != "CSV")
        {
            throw BulkRefusal.InvalidJob("Only CSV is supported as contentType");
        }

        var type = org.Schema.Find(name) is { } found && !org.Switches.WithoutBulk.Contains(found.Name)
            ? found
            : throw BulkRefusal.InvalidEntity(name);
        return new IngestSpec(
            type,
            operation,
            KeyField(org, type, operation, Text(body, "externalIdFieldName")),
            CsvDialect.Parse(Text(body, "lineEnding"), Text(body, "columnDelimiter")),
            Text(body, "assignmentRuleId"));
    }

    private static FieldDefinition? KeyField(Org org, ObjectType type, string operation, string? name) => (operation, name) switch
    {
        ("upsert", null) => throw BulkRefusal.InvalidJob($"External ID was blank for {type.Name}. An External ID must be specified for upsert."),
        ("upsert", _) => type.Field(name) is { } key && (key.IsLookupKey || key.Kind == FieldKind.Id) && org.Schema.Visible(type, key)
            ? key
            : throw BulkRefusal.InvalidJob(
                $"Field name provided, {name} does not match an External ID, Salesforce Id, or indexed field for {type.Name}"),
        (_, null) => null,
        _ => throw BulkRefusal.InvalidJob("externalIdFieldName is for upsert only"),
    };

    private static string? Text(JsonObject body, string member) => body[member] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => value.ToString(),
        var other => throw SalesforceException.Unreadable(
            "JSON_PARSER_ERROR", $"Cannot deserialize {member} from {other.GetValueKind()} at [line:1, column:1]"),
    };
}
