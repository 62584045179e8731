namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>A property's definition.</summary>
internal sealed record WireProperty
{
    public string Name { get; init; } = "";

    public string? Label { get; init; }

    public string? Type { get; init; }

    public string? FieldType { get; init; }

    public List<WireOption>? Options { get; init; }

    public bool? Calculated { get; init; }

    public bool? ExternalOptions { get; init; }

    /// <summary>For a property that holds the id of another record or of an owner.</summary>
    public string? ReferencedObjectType { get; init; }

    public bool? HasUniqueValue { get; init; }

    public bool? Archived { get; init; }

    public WireModification? ModificationMetadata { get; init; }
}

/// <summary>One option of an enumeration.</summary>
internal sealed record WireOption(string? Value);

/// <summary>What may be changed of a property.</summary>
internal sealed record WireModification(bool? ReadOnlyValue);

/// <summary>The answer to a list of properties.</summary>
internal sealed record WireProperties(List<WireProperty>? Results);

/// <summary>The account's own data.</summary>
internal sealed record WireAccount
{
    /// <summary>Where its day is: daily limits start anew at its midnight. An IANA name.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The account's distance from UTC now.</summary>
    public long? UtcOffsetMilliseconds { get; init; }
}
