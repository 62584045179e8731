namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>A property to be made.</summary>
internal sealed record WireNewProperty(string Name, string Label, string Type, string FieldType, string GroupName)
{
    public string? Description { get; init; }

    public bool HasUniqueValue { get; init; }

    public bool FormField { get; init; }

    /// <summary>A property that can carry a warehouse key.</summary>
    public static WireNewProperty Key(string name, string group) => new(name, "Warehouse key", "string", "text", group)
    {
        Description = "The key of the warehouse row that this record belongs to. Kept by the sync; do not edit.",
        HasUniqueValue = true,
    };
}

/// <summary>A group of properties to be made.</summary>
internal sealed record WireNewGroup(string Name, string Label);
