namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One object type of the account: its kind, its properties, its records and the rules that an admin made.</summary>
internal sealed class ObjectModel(ObjectType type, PropertyCatalogue properties, RecordStore records)
{
    private readonly Dictionary<string, PropertyReader> _readers = new(StringComparer.Ordinal);

    public ObjectType Type { get; } = type;

    public PropertyCatalogue Properties { get; } = properties;

    public RecordStore Records { get; } = records;

    public List<AdminRule> Rules { get; } = [];

    /// <summary>For a custom object, what its definition says; null for HubSpot's own.</summary>
    public ObjectSchema? Schema { get; set; }

    /// <summary>What a create must give, at least one property of every group.</summary>
    public IEnumerable<IReadOnlyList<string>> Required => Schema is null ? Type.Required : Schema.Required.Select(name => (string[])[name]);

    /// <summary>What the free-text query of a search looks at.</summary>
    public IReadOnlyList<string> Searchable => Schema?.Searchable ?? Type.Searchable;

    public PropertyReader Reader(string name)
    {
        if (!_readers.TryGetValue(name, out var reader))
        {
            _readers[name] = reader = PropertyReaders.For(Type, name);
        }

        return reader;
    }
}

/// <summary>A rule that an admin of the account put on a property.</summary>
/// <param name="Property">The property it is about.</param>
/// <param name="Kind">What it demands.</param>
/// <param name="Other">For <see cref="AdminRuleKind.RequiredWhen"/>, the property that decides.</param>
/// <param name="Value">The refused value, or the deciding one.</param>
/// <param name="Code">Error code of a refused value.</param>
/// <param name="Message">Message of a refused value.</param>
internal sealed record AdminRule(string Property, AdminRuleKind Kind, string? Other, string? Value, string Code, string Message);

/// <summary>The kinds of <see cref="AdminRule"/>.</summary>
internal enum AdminRuleKind
{
    /// <summary>A property validation: one value is refused, on every version of the API and in the UI.</summary>
    Refuses,

    /// <summary>Must be given on create; API writes obey since 2026-09.</summary>
    RequiredOnCreate,

    /// <summary>Must be given when another property has a value; API writes obey since 2026-09.</summary>
    RequiredWhen,
}
