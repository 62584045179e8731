namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A date that was taken in another form than the stored one.</summary>
internal sealed record NormalisedValue(string Property, string Raw, string Stored);

/// <summary>A write that has passed all checks.</summary>
/// <param name="Target">The record to change; null to create one.</param>
/// <param name="Values">Values in stored form; empty text clears.</param>
/// <param name="Warnings">What the client is told.</param>
/// <param name="Sent">The names of all properties that were sent.</param>
internal sealed record WritePlan(
    CrmRecord? Target,
    IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<NormalisedValue> Warnings,
    IReadOnlyCollection<string> Sent)
{
    /// <summary>What a new record is associated with from the start.</summary>
    public IReadOnlyList<(End To, IReadOnlyList<AssociationType> Types)> Links { get; init; } = [];
}

/// <summary>Unique values promised to rows of a batch that is checked as a whole before anything is written.</summary>
internal sealed class BatchClaims
{
    private readonly Dictionary<(string Property, string Value), object> _taken = [];

    /// <summary>False when another row has the value already.</summary>
    public bool TryTake(string property, string value, object row) =>
        _taken.TryAdd((property, value), row) || ReferenceEquals(_taken[(property, value)], row);
}
