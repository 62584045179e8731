using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// Finds writes that Salesforce must refuse by what it says of its own fields, so that no call is spent on them. What the description leaves
/// open is Salesforce's to judge.
/// </summary>
internal static class Preflight
{
    // What Salesforce takes for a date.
    private const int FirstYear = 1700;
    private const int LastYear = 4000;

    /// <summary>Why the write must fail; null when it may pass.</summary>
    public static CrmError? Check(SideSchema schema, string keyField, CrmWrite write)
    {
        if (write.Kind is not (CrmWriteKind.Upsert or CrmWriteKind.Update))
        {
            return null;
        }

        foreach (var field in write.Fields.Where(field => field.Value.IsSeen))
        {
            if (schema.Find(field.Field) is { } known && Problem(schema, write, known, field.Value) is { } problem)
            {
                return Error(problem.Code, problem.Message, field.Field);
            }
        }

        if (write.Key is { } key && schema.Find(keyField)?.Type.Refuse(FieldValue.Of(key)) is { } refused)
        {
            return Error("VALUE_REFUSED", $"{keyField}: the value {refused}", keyField);
        }

        return write is { Kind: CrmWriteKind.Upsert, OnlyNew: true } && Missing(schema, keyField, write) is { Count: > 0 } missing
            ? Error("REQUIRED_FIELD_MISSING", $"Required fields are missing: [{string.Join(", ", missing)}]", [.. missing])
            : null;
    }

    private static (string Code, string Message)? Problem(SideSchema schema, CrmWrite write, FieldSchema field, FieldValue value)
    {
        if (field.Type.Refuse(value) is { } refusal)
        {
            return ("VALUE_REFUSED", $"{field.Name}: the value {refusal}");
        }

        if (Year(field.Type, value.Text) is < FirstYear or > LastYear)
        {
            return ("VALUE_REFUSED", $"{field.Name}: the value is not between the years {FirstYear} and {LastYear}");
        }

        // A description that lets nothing be changed tells nothing of rights: it is short of words.
        var mayNot = write.Kind is CrmWriteKind.Update ? !field.Updateable && schema.Fields.Values.Any(other => other.Updateable)
            : !field.Createable && !field.Updateable && schema.Fields.Values.Any(other => other.Createable);
        return mayNot ? ("INVALID_FIELD_FOR_INSERT_UPDATE", $"{field.Name} cannot be written by the integration user") : null;
    }

    private static int? Year(FieldType type, string? text) => type.Kind switch
    {
        FieldKind.Date when text is not null && Instants.TryDate(text, out var day) => day.Year,
        FieldKind.Timestamp when text is not null && Instants.TryInstant(text, out var instant) => instant.UtcDateTime.Year,
        _ => null,
    };

    private static List<string> Missing(SideSchema schema, string keyField, CrmWrite write)
    {
        var given = write.Fields.Where(field => field.Value.State is ValueState.Value)
            .Select(field => field.Field.Contains('.', StringComparison.Ordinal) ? LookupPath.ReferenceOf(field.Field) : field.Field).Append(keyField)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            // A checkbox always has a state, whatever its description says.
            .. schema.Fields.Values
                .Where(field => field.Required && field.Type.Kind is not FieldKind.Boolean && !given.Contains(field.Name))
                .Select(field => field.Name).Order(StringComparer.Ordinal),
        ];
    }

    // Looking again costs no call, and Salesforce may describe its fields otherwise by then.
    private static CrmError Error(string code, string message, params string[] fields) =>
        new("validation", RetryRule.Later, code, message) { Fields = fields };
}
