using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Ports;

/// <summary>What people ask of the state, and the few things they may decide there.</summary>
public interface IStateReports
{
    /// <summary>Open conflicts, oldest first; of one mapping or all.</summary>
    Task<IReadOnlyList<ConflictReport>> ConflictsAsync(string? mapping, CancellationToken cancellationToken);

    /// <summary>
    /// Records a decision and marks the record to be looked at. Refused when the conflict is closed; whether a side moved meanwhile is
    /// checked again when the decision is carried out, and then the conflict is presented anew.
    /// </summary>
    /// <returns>Null when recorded, or why not.</returns>
    Task<string?> ResolveAsync(long conflict, Resolution resolution, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Standing rejects, oldest first; of one mapping or all.</summary>
    Task<IReadOnlyList<RejectReport>> RejectsAsync(string? mapping, CancellationToken cancellationToken);

    /// <summary>Makes rejects due at once: those with these ids, or all of the mapping, or all.</summary>
    /// <returns>How many.</returns>
    Task<int> RetryRejectsAsync(string? mapping, IReadOnlyList<long> ids, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Marks a record to be looked at again by the next cycle.</summary>
    Task MarkDirtyAsync(string mapping, DirtyMark mark, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The latest runs, newest first.</summary>
    Task<IReadOnlyList<RunReport>> RunsAsync(string? mapping, int limit, CancellationToken cancellationToken);

    /// <summary>One line a mapping that was ever opened.</summary>
    Task<IReadOnlyList<MappingStatus>> StatusAsync(CancellationToken cancellationToken);

    /// <summary>Everything known about one record, or null. The id may be a warehouse key or a CRM id, also one that was merged away.</summary>
    Task<RecordHistory?> ExplainAsync(string mapping, string keyOrCrmId, CancellationToken cancellationToken);
}

/// <summary>A conflict for people.</summary>
public sealed record ConflictReport(string Mapping, Conflict Conflict);

/// <summary>A reject for people.</summary>
public sealed record RejectReport(long Id, string Mapping, Reject Reject, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>A run for people.</summary>
public sealed record RunReport(long Run, string Mapping, string Reason, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, RunResult? Result);

/// <summary>How a mapping stands.</summary>
public sealed record MappingStatus(
    string Mapping, long Linked, long OpenConflicts, long Rejects, long OpenIntents, long Dirty, long Tombstones, long Losses,
    Watermark? Warehouse, Watermark? Crm, RunReport? LastRun, DateTimeOffset? LastSuccessAt)
{
    /// <summary>Whether the state was found to be older than what was done since, and no run has compared everything yet.</summary>
    public bool NeedsComparison { get; init; }
}

/// <summary>Everything known about one record.</summary>
/// <param name="Pair">The pair as stored; bases in the order of <paramref name="FieldNames"/>. Null when there is none any more.</param>
/// <param name="FieldNames">Warehouse and CRM names of the pair's fields.</param>
/// <param name="Changes">What was done, newest first, with run and time.</param>
/// <param name="Conflicts">All conflicts, open and closed.</param>
/// <param name="Rejects">Standing rejects.</param>
/// <param name="Losses">Recorded losses.</param>
/// <param name="Aliases">Ids that were merged into the record.</param>
/// <param name="Tombstones">Sides it is missing from.</param>
/// <param name="Intents">Writes whose outcome is unknown.</param>
public sealed record RecordHistory(
    Pair? Pair,
    IReadOnlyList<(string Warehouse, string Crm)> FieldNames,
    IReadOnlyList<(long Run, DateTimeOffset At, Change Change)> Changes,
    IReadOnlyList<(Conflict Conflict, string? Outcome, DateTimeOffset? ClosedAt)> Conflicts,
    IReadOnlyList<Reject> Rejects,
    IReadOnlyList<(DateTimeOffset At, Loss Loss)> Losses,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<Tombstone> Tombstones,
    IReadOnlyList<Intent> Intents);
