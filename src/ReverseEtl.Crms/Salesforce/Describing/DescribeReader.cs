using System.Text.Json;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Crms.Salesforce.Describing;

/// <summary>Reads a describe document (§2.3). Every key is optional; what is missing counts as no and zero.</summary>
internal static class DescribeReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static ObjectDescribe Read(JsonElement document, string asked)
    {
        var fields = new Dictionary<string, FieldSchema>(StringComparer.OrdinalIgnoreCase);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var relations = new Dictionary<string, FieldSchema>(StringComparer.OrdinalIgnoreCase);
        var caseSensitive = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var calculated = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var polymorphic = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var masks = new Dictionary<string, char?>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in Items(document, "fields"))
        {
            if (Text(field, "name") is not { } name)
            {
                continue;
            }

            names.Add(name);
            if (Flag(field, "caseSensitive"))
            {
                caseSensitive.Add(name);
            }

            if (Flag(field, "calculated"))
            {
                calculated.Add(name);
            }

            if (Flag(field, "polymorphicForeignKey"))
            {
                polymorphic.Add(name);
            }

            if (Text(field, "type")?.Equals("encryptedstring", StringComparison.OrdinalIgnoreCase) is true)
            {
                masks[name] = Mask(field);
            }

            if (Type(field) is not { } type)
            {
                continue;
            }

            var schema = Field(field, name, type);
            fields[name] = schema;
            if (Text(field, "relationshipName") is { } relation)
            {
                relations[relation] = schema;
            }
        }

        return new ObjectDescribe(
            new SideSchema(Text(document, "name") ?? asked, fields), names, relations,
            names.Contains("MasterRecordId") || (Flag(document, "mergeable") && !names.Contains("SystemModstamp")), caseSensitive)
        {
            Calculated = calculated,
            Polymorphic = polymorphic,
            Masks = masks,
            RecordTypes = RecordTypes(document),
            Replicateable = Flag(document, "replicateable"),
        };
    }

    private static char? Mask(JsonElement field) => Text(field, "mask")?.ToLowerInvariant() switch
    {
        "x" => 'X',
        "asterisk" or "*" => '*',
        _ => null,
    };

    private static Dictionary<string, string> RecordTypes(JsonElement document)
    {
        var types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var type in Items(document, "recordTypeInfos").Where(type => !IsFalse(type, "active") && !IsFalse(type, "available")))
        {
            if (Text(type, "developerName") is { } name && SalesforceId.OfAnswer(Text(type, "recordTypeId")) is { } id)
            {
                types.TryAdd(name, id);
            }
        }

        return types;
    }

    private static FieldSchema Field(JsonElement field, string name, FieldType type) => new(name, type)
    {
        Label = Text(field, "label"),
        Createable = Flag(field, "createable"),
        Updateable = Flag(field, "updateable"),

        // A key must be unique by Salesforce's own rule, and one that an upsert can go by.
        Unique = Flag(field, "unique") && (Flag(field, "externalId") || Flag(field, "idLookup")),
        IgnoresCase = Flag(field, "unique") && !Flag(field, "caseSensitive"),
        Required = Flag(field, "createable") && !Flag(field, "nillable") && !Flag(field, "defaultedOnCreate"),
        ReferenceTo = [.. Items(field, "referenceTo").Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!)],
    };

    // Compound fields (address, location, complexvalue) and binaries have no text of their own; their parts are fields too.
    private static FieldType? Type(JsonElement field) => Text(field, "type")?.ToLowerInvariant() switch
    {
        "address" or "location" or "complexvalue" or "base64" => null,
        "boolean" => new FieldType(FieldKind.Boolean),
        "int" or "long" => new FieldType(FieldKind.Integer) { IntegerDigits = Above(field, "digits") },
        "double" or "currency" or "percent" => Decimal(field),
        "date" => new FieldType(FieldKind.Date),
        "datetime" => new FieldType(FieldKind.Timestamp) { Resolution = Second },
        "time" => TimeOfDay.Type,
        "email" => new FieldType(FieldKind.Email) { MaxLength = Above(field, "length") },
        "picklist" or "combobox" => List(field, FieldKind.Picklist),
        "multipicklist" => List(field, FieldKind.MultiPicklist),
        "reference" or "id" => new FieldType(FieldKind.Reference) { IdLength = SalesforceId.Short },
        _ => new FieldType(FieldKind.Text) { MaxLength = Above(field, "length") },
    };

    private static FieldType Decimal(JsonElement field) => Above(field, "precision") is { } precision
        ? new FieldType(FieldKind.Decimal) { IntegerDigits = Math.Max(0, precision - Number(field, "scale")), Scale = Number(field, "scale") }
        : new FieldType(FieldKind.Decimal);

    private static FieldType List(JsonElement field, FieldKind kind) => new(kind)
    {
        MaxLength = Above(field, "length"),
        Options = Flag(field, "restrictedPicklist")
            ? [.. Items(field, "picklistValues").Where(value => !IsFalse(value, "active")).Select(value => Text(value, "value")).OfType<string>()]
            : null,
    };

    private static int? Above(JsonElement field, string name) => Number(field, name) is > 0 and var number ? number : null;

    private static int Number(JsonElement field, string name) =>
        Find(field, name) is { } value && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) ? (int)number : 0;

    private static bool Flag(JsonElement item, string name) => Find(item, name) is { ValueKind: JsonValueKind.True };

    private static bool IsFalse(JsonElement item, string name) => Find(item, name) is { ValueKind: JsonValueKind.False };

    private static string? Text(JsonElement item, string name) => Find(item, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement item, string name) =>
        Find(item, name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;

    private static JsonElement? Find(JsonElement item, string name) =>
        item.ValueKind is JsonValueKind.Object && item.TryGetProperty(name, out var value) ? value : null;
}
