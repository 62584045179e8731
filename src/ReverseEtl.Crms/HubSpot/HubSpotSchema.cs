using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Property definitions as fields (reference §3.1, §3.2). The type decides the value; the field type only tells single from multi.
/// </summary>
internal static class HubSpotSchema
{
    private const int LongestText = 65_536;
    private static readonly HashSet<string> Stamps = new(StringComparer.OrdinalIgnoreCase)
    {
        HubSpotObject.RecordId, "createdate", "hs_createdate", "lastmodifieddate", "hs_lastmodifieddate",
    };

    /// <summary>The fields of an object.</summary>
    public static SideSchema Of(HubSpotObject type, IEnumerable<WireProperty> properties)
    {
        var fields = new Dictionary<string, FieldSchema>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in properties.Where(p => p.Archived is not true && p.Name.Length > 0))
        {
            fields[property.Name] = Field(type, property);
        }

        return new SideSchema(type.Type, fields);
    }

    private static FieldSchema Field(HubSpotObject type, WireProperty property)
    {
        var writable = property.Calculated is not true && property.ModificationMetadata?.ReadOnlyValue is not true
            && property.FieldType?.StartsWith("calculation_", StringComparison.Ordinal) is not true
            && property.Type is not ("json" or "object_coordinates") && !Stamps.Contains(property.Name);
        return new FieldSchema(property.Name, TypeOf(property))
        {
            Label = property.Label,
            Createable = writable,
            Required = type.Requires(property.Name),
            Updateable = writable,
            ReferenceTo = HubSpotObject.Same(property.ReferencedObjectType ?? "", "OWNER") || HubSpotObject.Same(property.Name, OwnerPath.OwnerId) ? [OwnerPath.Owners] : [],
            Unique = property.HasUniqueValue is true || type.IsEmailKey(property.Name),
        };
    }

    private static FieldType TypeOf(WireProperty property) => property.Type switch
    {
        // Ids are declared as numbers, but they are names: digits to be kept as they are.
        "number" when IsId(property) => new FieldType(FieldKind.Text) { MaxLength = LongestText },
        "number" => new FieldType(FieldKind.Decimal),
        "bool" => new FieldType(FieldKind.Boolean),
        "date" => new FieldType(FieldKind.Date),
        "datetime" => new FieldType(FieldKind.Timestamp) { Resolution = TimeSpan.FromMilliseconds(1) },
        "enumeration" => new FieldType(property.FieldType is "checkbox" ? FieldKind.MultiPicklist : FieldKind.Picklist)
        {
            Options = Options(property),
        },
        _ when HubSpotObject.Same(property.Name, HubSpotObject.Email) => new FieldType(FieldKind.Email) { MaxLength = LongestText },
        _ => new FieldType(FieldKind.Text) { MaxLength = LongestText },
    };

    private static bool IsId(WireProperty property) =>
        property.ReferencedObjectType is { Length: > 0 } || HubSpotObject.Same(property.Name, HubSpotObject.RecordId);

    // An owner is an enumeration without options of its own: its values are listed elsewhere.
    private static List<string>? Options(WireProperty property) =>
        property.ExternalOptions is true || property.Options is not { Count: > 0 } options
            ? null
            : [.. options.Select(option => option.Value).OfType<string>()];
}
