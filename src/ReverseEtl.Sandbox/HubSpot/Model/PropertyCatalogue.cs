namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The properties and property groups of one object type.</summary>
internal sealed class PropertyCatalogue
{
    /// <summary>The most custom properties with unique values on one object type.</summary>
    public const int MaxUnique = 10;

    private readonly Dictionary<string, PropertyDefinition> _properties = new(StringComparer.Ordinal);
    private readonly List<PropertyGroup> _groups = [];

    /// <summary>All definitions, recycle bin included, by name.</summary>
    public IEnumerable<PropertyDefinition> All => _properties.Values.OrderBy(p => p.Name, StringComparer.Ordinal);

    public IReadOnlyList<PropertyGroup> Groups => _groups;

    /// <summary>The property of that name, or null when there is none or it is archived.</summary>
    public PropertyDefinition? Find(string name) =>
        _properties.TryGetValue(name, out var found) && found.ArchivedAt is null ? found : null;

    /// <summary>Whether records can be addressed by this property.</summary>
    public bool IsUnique(string name) => Find(name) is { HasUniqueValue: true };

    /// <summary>Whether the store keeps this property's values apart; archived properties keep theirs.</summary>
    public bool IsKeptUnique(string name) => _properties.TryGetValue(name, out var found) && found.HasUniqueValue;

    public bool HasRoomForUnique =>
        _properties.Values.Count(p => p is { HasUniqueValue: true, HubspotDefined: false, ArchivedAt: null }) < MaxUnique;

    public void Put(PropertyDefinition property) => _properties[property.Name] = property;

    public void Put(PropertyGroup group)
    {
        _groups.RemoveAll(g => g.Name == group.Name);
        _groups.Add(group);
    }

    public void RemoveGroup(string name) => _groups.RemoveAll(g => g.Name == name);
}

/// <summary>A heading under which HubSpot shows properties.</summary>
internal sealed record PropertyGroup(string Name, string Label, int DisplayOrder = -1);
