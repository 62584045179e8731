namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>One record as HubSpot sends it. Everything but the id may be left out.</summary>
internal sealed record WireRecord
{
    public string Id { get; init; } = "";

    /// <summary>Names as HubSpot writes them; a requested property that is empty is null, an unknown one is left out.</summary>
    public Dictionary<string, string?>? Properties { get; init; }

    /// <summary>The entries of properties whose history was asked for, newest first.</summary>
    public Dictionary<string, List<WireVersion>?>? PropertiesWithHistory { get; init; }

    public string? CreatedAt { get; init; }

    public string? UpdatedAt { get; init; }

    public string? ArchivedAt { get; init; }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public string? Archived { get; init; }

    /// <summary>Echo of the input's trace id in answers to writes.</summary>
    public string? ObjectWriteTraceId { get; init; }

    /// <summary>In answers to upserts: whether the record was created, <c>true</c> or <c>false</c>.</summary>
    public string? New { get; init; }

    public List<WireWarning>? Warnings { get; init; }

    public bool IsArchived => string.Equals(Archived, "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The property; names compare without case.</summary>
    public bool TryProperty(string name, out string? value)
    {
        value = null;
        if (Properties is null)
        {
            return false;
        }

        if (Properties.TryGetValue(name, out value))
        {
            return true;
        }

        foreach (var (other, text) in Properties)
        {
            if (HubSpotObject.Same(other, name))
            {
                value = text;
                return true;
            }
        }

        return false;
    }

    /// <summary>The history of a property, newest first; names compare without case.</summary>
    public IReadOnlyList<WireVersion> History(string name) =>
        PropertiesWithHistory?.FirstOrDefault(pair => HubSpotObject.Same(pair.Key, name)).Value ?? [];

    /// <summary>The property, or null when it is empty or not there.</summary>
    public string? Property(string name) => TryProperty(name, out var value) && value is { Length: > 0 } ? value : null;
}

/// <summary>Something HubSpot changed in a value that it took.</summary>
/// <param name="Category"><c>PROPERTY_VALUE_NORMALIZED</c> so far.</param>
/// <param name="Context"><c>propertyName</c>, <c>rawValue</c>, <c>normalizedValue</c>.</param>
internal sealed record WireWarning(
    string? Category,
    [property: System.Text.Json.Serialization.JsonConverter(typeof(ContextConverter))] Dictionary<string, List<string>>? Context);

/// <summary>A page of a list, or the hits of a search.</summary>
internal sealed record WirePage
{
    public List<WireRecord>? Results { get; init; }

    public WirePaging? Paging { get; init; }

    /// <summary>The cursor of the next page; null on the last one. The link beside it may name another host and is not used.</summary>
    public string? Next => Paging?.Next?.After is { Length: > 0 } after ? after : null;
}

internal sealed record WirePaging(WireNext? Next);

internal sealed record WireNext(string? After);

/// <summary>The answer to a batch; errors only with status 207.</summary>
internal sealed record WireBatchAnswer
{
    public List<WireRecord>? Results { get; init; }

    public List<WireError>? Errors { get; init; }
}
