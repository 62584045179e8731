using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One allowed value of an enumeration.</summary>
internal sealed record PropertyOption(string Value, string Label, int DisplayOrder, bool Hidden = false, string? Description = null);

/// <summary>One property of an object type, as the properties API shows it.</summary>
internal sealed record PropertyDefinition(string Name, string Label, string Type, string FieldType, string GroupName)
{
    public const string NonSensitive = "non_sensitive";

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

    /// <summary><c>non_sensitive</c>, <c>sensitive</c> or <c>highly_sensitive</c>; lists of properties show one kind at a time.</summary>
    public string DataSensitivity { get; init; } = NonSensitive;

    /// <summary>What else the definition gave, shown as it came: formulas and hints about the display.</summary>
    public IReadOnlyDictionary<string, JsonNode> Hints { get; init; } = new Dictionary<string, JsonNode>();

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
            ["dataSensitivity"] = DataSensitivity,
            ["archived"] = ArchivedAt is not null,
            ["createdAt"] = Instant.Text(CreatedAt),
            ["updatedAt"] = Instant.Text(UpdatedAt),
            ["modificationMetadata"] = Modification(),
        };
        if (ReferencedObjectType is not null)
        {
            json["referencedObjectType"] = ReferencedObjectType;
        }

        foreach (var (name, hint) in Hints)
        {
            json[name] = hint.DeepClone();
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

    private static JsonObject OptionJson(PropertyOption option)
    {
        var json = new JsonObject
        {
            ["label"] = option.Label,
            ["value"] = option.Value,
            ["displayOrder"] = option.DisplayOrder,
            ["hidden"] = option.Hidden,
        };
        if (option.Description is not null)
        {
            json["description"] = option.Description;
        }

        return json;
    }
}
