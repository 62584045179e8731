namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Who or what set a value, in HubSpot's own vocabulary.</summary>
/// <param name="Type">e.g. <c>INTEGRATION</c>, <c>CRM_UI</c>, <c>IMPORT</c>; an open list.</param>
/// <param name="Id">App id for integrations, <c>userId:n</c> for people.</param>
/// <param name="UserId">The person, when there was one.</param>
/// <param name="Label">The name shown to people.</param>
internal sealed record WriteSource(string Type, string? Id, long? UserId, string? Label);

/// <summary>One value in the history of a property; newest first along <see cref="Previous"/>.</summary>
internal sealed record PropertyVersion(string Value, DateTimeOffset At, WriteSource Source, PropertyVersion? Previous);

/// <summary>All that can change about a record as one immutable snapshot, so that the search index can hold an older one.</summary>
internal sealed record RecordState(
    long Version,
    IReadOnlyDictionary<string, PropertyVersion> Values,
    DateTimeOffset UpdatedAt,
    long? UpdatedBy,
    DateTimeOffset? ArchivedAt)
{
    /// <summary>The stored value; null when it was never set, empty when it was cleared.</summary>
    public string? Value(string name) => Values.TryGetValue(name, out var version) ? version.Value : null;

    public bool IsEmpty(string name) => string.IsNullOrEmpty(Value(name));
}

/// <summary>One record.</summary>
internal sealed class CrmRecord(long id, DateTimeOffset createdAt, WriteSource origin, RecordState state)
{
    public long Id { get; } = id;

    public string IdText { get; } = id.ToString();

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public WriteSource Origin { get; } = origin;

    public RecordState State { get; set; } = state;

    /// <summary>What the search index knows; null before it knows the record at all.</summary>
    public RecordState? Indexed { get; set; }

    /// <summary>Snapshots older than this one never reach the index: they are from before a restore.</summary>
    public long SearchableFrom { get; set; }

    /// <summary>The survivor of the merge that ended this record, else null.</summary>
    public long? MergedInto { get; set; }

    public bool IsArchived => State.ArchivedAt is not null;

    public bool IsLive => MergedInto is null && !IsArchived;
}
