namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>One input of a batch. For an upsert the id is the value of the id property; a create has none.</summary>
internal sealed record WireInput(string? Id)
{
    public string? IdProperty { get; init; }

    public string? ObjectWriteTraceId { get; init; }

    public IReadOnlyDictionary<string, string>? Properties { get; init; }
}

/// <summary>A batch of writes.</summary>
internal sealed record WireBatch(IReadOnlyList<WireInput> Inputs);

/// <summary>A record to be removed for good.</summary>
internal sealed record WirePurge(string ObjectId);

/// <summary>A batch of reads. Without an id property the inputs are record ids.</summary>
internal sealed record WireBatchRead(IReadOnlyList<WireInput> Inputs, IReadOnlyList<string> Properties)
{
    public string? IdProperty { get; init; }

    /// <summary>Properties wanted with their history; the contract asks for the list even when it is empty.</summary>
    public IReadOnlyList<string> PropertiesWithHistory { get; init; } = [];
}

/// <summary>A search. HubSpot takes one sort only and refuses bodies over 3,000 characters.</summary>
internal sealed record WireSearch(
    IReadOnlyList<WireFilterGroup> FilterGroups, IReadOnlyList<WireSort> Sorts, IReadOnlyList<string> Properties, int Limit);

internal sealed record WireFilterGroup(IReadOnlyList<WireFilter> Filters);

internal sealed record WireFilter(string PropertyName, string Operator, string Value);

internal sealed record WireSort(string PropertyName, string Direction);
