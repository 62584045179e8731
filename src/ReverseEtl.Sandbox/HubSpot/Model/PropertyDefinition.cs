using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One allowed value of an enumeration.</summary>
internal sealed record PropertyOption(string Value, string Label, int DisplayOrder, bool Hidden = false);

/// <summary>One property of an object type, as the properties API shows it.</summary>
internal sealed record PropertyDefinition(string Name, string Label, string Type, string FieldType, string GroupName)
{
    public string Description { get; init; } = "";

    public IReadOnlyList<PropertyOption> Options { get; init; } = [];

    public int DisplayOrder { get; init; } = -1;

    public bool HasUniqueValue { get; init; }

    public bool Hidden { get; init; }

    public bool FormField { get; init; }

    public bool Calculated { get; init; }

    public bool HubspotDefined { get; init; }

    public bool ReadOnlyValue { get; init; }

    /// <summary>The options live elsewhere (owners), so <see cref="Options"/> is empty although the type is enumeration.</summary>
    public bool ExternalOptions { get; init; }

    public string? ReferencedObjectType { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the property went to the recycle bin; null while it is in use.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    public bool IsMultiple => Type == "enumeration" && FieldType == "checkbox";

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["label"] = Label,
            ["type"] = Type,
            ["fieldType"] = FieldType,
            ["description"] = Description,
            ["groupName"] = GroupName,
            ["options"] = new JsonArray([.. Options.Select(OptionJson)]),
            ["displayOrder"] = DisplayOrder,
            ["calculated"] = Calculated,
            ["externalOptions"] = ExternalOptions,
            ["hasUniqueValue"] = HasUniqueValue,
            ["hidden"] = Hidden,
            ["hubspotDefined"] = HubspotDefined,
            ["formField"] = FormField,
            ["dataSensitivity"] = "non_sensitive",
            ["archived"] = ArchivedAt is not null,
            ["createdAt"] = Instant.Text(CreatedAt),
            ["updatedAt"] = Instant.Text(UpdatedAt),
            ["modificationMetadata"] = Modification(),
        };
        if (ReferencedObjectType is not null)
        {
            json["referencedObjectType"] = ReferencedObjectType;
        }

        if (ArchivedAt is { } archived)
        {
            json["archivedAt"] = Instant.Text(archived);
        }

        return json;
    }

    private JsonObject Modification()
    {
        var json = new JsonObject
        {
            ["archivable"] = !HubspotDefined,
            ["readOnlyDefinition"] = HubspotDefined,
            ["readOnlyValue"] = ReadOnlyValue || Calculated,
        };
        if (Type == "enumeration")
        {
            json["readOnlyOptions"] = HubspotDefined && ExternalOptions;
        }

        return json;
    }

    private static JsonObject OptionJson(PropertyOption option) => new()
    {
        ["label"] = option.Label,
        ["value"] = option.Value,
        ["displayOrder"] = option.DisplayOrder,
        ["hidden"] = option.Hidden,
    };
}
