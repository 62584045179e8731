namespace ReverseEtl.Core.Planning;

/// <summary>What to do with a whole record.</summary>
public enum RecordStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Carry out the decisions for the fields.</summary>
    Fields,

    /// <summary>A side must be read before this can be decided.</summary>
    Read,

    /// <summary>The record is missing, but not long enough yet to act on it.</summary>
    Age,

    /// <summary>A missing side is back: forget the base and meet as for the first time.</summary>
    Relink,

    /// <summary>Stop keeping the pair in step; both sides stay as they are.</summary>
    Detach,

    /// <summary>Put the CRM record into the recycle bin.</summary>
    ArchiveCrm,

    /// <summary>Delete the CRM record.</summary>
    DeleteCrm,

    /// <summary>Remove the CRM record for good.</summary>
    PurgeCrm,

    /// <summary>Delete the row.</summary>
    DeleteWarehouse,

    /// <summary>Create the CRM record again.</summary>
    Recreate,

    /// <summary>Both sides are gone: forget the pair.</summary>
    Forget,

    /// <summary>Ask a person; the record is frozen meanwhile.</summary>
    Ask,

    /// <summary>Nothing, because a question is open or the pair is a duplicate.</summary>
    Frozen,
}

/// <summary>The decision for one record, and why.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Rule">Why.</param>
public sealed record RecordDecision(RecordStep Step, string Rule)
{
    /// <summary>Whether it removes a record or makes one anew, and so must not rest on a sight that may be wrong.</summary>
    public bool Destroys => Step is RecordStep.ArchiveCrm or RecordStep.DeleteCrm or RecordStep.PurgeCrm or RecordStep.DeleteWarehouse or RecordStep.Recreate;

    /// <summary>For <see cref="RecordStep.Fields"/>: one decision a field.</summary>
    public IReadOnlyList<FieldDecision> Fields { get; init; } = [];

    /// <summary>For <see cref="RecordStep.Read"/>: the side to read; for <see cref="RecordStep.Detach"/> and <see cref="RecordStep.Age"/>: the missing side.</summary>
    public Side Side { get; init; }

    /// <summary>For <see cref="RecordStep.Ask"/>.</summary>
    public ConflictKind Question { get; init; }

    /// <summary>How the open question about the record ends with this decision; null when it stays open or there is none.</summary>
    public string? Closes { get; init; }
}
