namespace ReverseEtl.Core.Planning;

/// <summary>What is known of a record's presence on one side.</summary>
public enum Presence
{
    /// <summary>The side was not read; what was seen last still stands.</summary>
    Unread,

    /// <summary>The record was read and is there.</summary>
    Present,

    /// <summary>The record was looked for by its own identity and is not there.</summary>
    Missing,

    /// <summary>The record was turned into records of other objects: it is not this one any more, and was not deleted either.</summary>
    Converted,
}

/// <summary>Everything known about one pair at the moment of planning.</summary>
public sealed record RecordView
{
    /// <summary>Where the pair stands.</summary>
    public required PairState State { get; init; }

    /// <summary>The row.</summary>
    public required Presence Warehouse { get; init; }

    /// <summary>The CRM record.</summary>
    public required Presence Crm { get; init; }

    /// <summary>One view a mapped field, in the mapping's order.</summary>
    public required IReadOnlyList<FieldView> Fields { get; init; }

    /// <summary>Whether the CRM record was created by us.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Whether the missing side has been missing long enough to act on it.</summary>
    public bool IsAged { get; init; }

    /// <summary>
    /// Whether what is known of the pair may be older than what was done since (a restored state). Both sides must then be seen, and nothing
    /// is deleted or made anew.
    /// </summary>
    public bool IsDoubted { get; init; }

    /// <summary>The question about the whole record that is open.</summary>
    public OpenRecordQuestion? Question { get; init; }
}

/// <summary>A question about a whole record.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Answer">The answer, if given.</param>
public sealed record OpenRecordQuestion(ConflictKind Kind, Resolution? Answer)
{
    /// <summary>Whether a side shows something else by now than what the person was asked about.</summary>
    public bool HasMoved { get; init; }
}
