using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.State;

/// <summary>Everything one batch of work learnt; recorded in one transaction (T2).</summary>
public sealed record Settlement
{
    /// <summary>When, by our clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The run.</summary>
    public required long Run { get; init; }

    /// <summary>Pairs as they are now, new or changed, by key.</summary>
    public IReadOnlyList<Pair> Pairs { get; init; } = [];

    /// <summary>The warehouse's own hashes of rows whose pairs are settled.</summary>
    public IReadOnlyList<RowStamp> Stamps { get; init; } = [];

    /// <summary>Keys of pairs that are no more (both sides gone, or a create that did not happen).</summary>
    public IReadOnlyList<string> ForgottenPairs { get; init; } = [];

    /// <summary>Intents whose outcome is known.</summary>
    public IReadOnlyList<long> ClosedIntents { get; init; } = [];

    /// <summary>Conflicts to open, or to refresh when the same question is open already.</summary>
    public IReadOnlyList<Conflict> Conflicts { get; init; } = [];

    /// <summary>Conflicts that are settled, with how.</summary>
    public IReadOnlyList<ConflictClosing> ClosedConflicts { get; init; } = [];

    /// <summary>Rejects, new or again.</summary>
    public IReadOnlyList<Reject> Rejects { get; init; } = [];

    /// <summary>Records that are rejected no longer.</summary>
    public IReadOnlyList<(string Key, Side Side)> ClearedRejects { get; init; } = [];

    /// <summary>Values that a write of ours replaced without the base having named them.</summary>
    public IReadOnlyList<Loss> Losses { get; init; } = [];

    /// <summary>What was done, for history and explanation.</summary>
    public IReadOnlyList<Change> Changes { get; init; } = [];

    /// <summary>Merges seen in the CRM: loser, winner.</summary>
    public IReadOnlyList<(string Loser, string Winner)> Aliases { get; init; } = [];

    /// <summary>Records seen missing.</summary>
    public IReadOnlyList<Tombstone> Tombstones { get; init; } = [];

    /// <summary>Records that are back, or decided.</summary>
    public IReadOnlyList<(string Key, Side Side)> ClearedTombstones { get; init; } = [];

    /// <summary>CRM records without a partner, with their match keys; replaces what was known of them.</summary>
    public IReadOnlyList<UnlinkedRecord> Unlinked { get; init; } = [];

    /// <summary>CRM ids that have a partner now or are gone.</summary>
    public IReadOnlyList<string> ForgottenUnlinked { get; init; } = [];

    /// <summary>Records to look at again.</summary>
    public IReadOnlyList<DirtyMark> Dirty { get; init; } = [];

    /// <summary>Marks that were looked at (the ids given by the state).</summary>
    public IReadOnlyList<long> ClearedDirty { get; init; } = [];

    /// <summary>How far the sides were read.</summary>
    public IReadOnlyList<(Side Side, Watermark Mark)> Watermarks { get; init; } = [];
}

/// <summary>A conflict that is settled.</summary>
/// <param name="Id">The conflict.</param>
/// <param name="Outcome">How: <c>agreed</c>, <c>returned to base</c>, <c>resolved: warehouse</c>, …</param>
public readonly record struct ConflictClosing(long Id, string Outcome);

/// <summary>A value that a write of ours replaced without the base having named it.</summary>
/// <param name="Key">Warehouse key.</param>
/// <param name="CrmId">CRM id.</param>
/// <param name="Side">Where the value was.</param>
/// <param name="Field">Column or CRM field.</param>
/// <param name="Value">The value.</param>
/// <param name="Author">Whose it was, where known.</param>
/// <param name="ValueAt">When it was entered, where known.</param>
/// <param name="Rule">The rule that let it go.</param>
public sealed record Loss(
    string Key, string? CrmId, Side Side, string Field, FieldValue Value, string? Author, DateTimeOffset? ValueAt, string Rule);

/// <summary>Something that was done to a record. Holds field names and rules, no values.</summary>
/// <param name="Key">Warehouse key.</param>
/// <param name="CrmId">CRM id.</param>
/// <param name="Side">Where.</param>
/// <param name="Action"><c>create</c>, <c>update</c>, <c>link</c>, <c>archive</c>, <c>delete</c>, <c>adopt</c>, <c>detach</c>, <c>merge</c>, <c>reject</c>, <c>conflict</c>, …</param>
/// <param name="Fields">Fields on that side.</param>
/// <param name="Rules">One rule a field; or one for the record when there are no fields.</param>
public sealed record Change(string Key, string? CrmId, Side Side, string Action, IReadOnlyList<string> Fields, IReadOnlyList<string> Rules);

/// <summary>A record that was seen missing on one side.</summary>
/// <param name="Key">Warehouse key.</param>
/// <param name="Side">The side it is missing from.</param>
/// <param name="MissingSince">When it was first seen missing.</param>
public sealed record Tombstone(string Key, Side Side, DateTimeOffset MissingSince);

/// <summary>A CRM record without a partner.</summary>
/// <param name="CrmId">Its id.</param>
/// <param name="MatchKeys">One hash a match rule, in order; null where the field is blank.</param>
public sealed record UnlinkedRecord(string CrmId, IReadOnlyList<ulong?> MatchKeys);

/// <summary>A record to look at again from both sides.</summary>
/// <param name="Key">Warehouse key; null when only the CRM id is known.</param>
/// <param name="CrmId">CRM id; null when only the key is known.</param>
/// <param name="Reason">For people.</param>
public sealed record DirtyMark(string? Key, string? CrmId, string Reason)
{
    /// <summary>Given by the state; 0 for a new one and for a reject that is due. One mark a record is enough.</summary>
    public long Id { get; init; }
}

/// <summary>How far a side was read.</summary>
/// <param name="Through">Everything the side showed before this moment of its own clock was seen.</param>
/// <param name="FullAt">When it was last read in full, by our clock.</param>
public sealed record Watermark(DateTimeOffset Through, DateTimeOffset? FullAt);
