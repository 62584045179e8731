using ReverseEtl.Core.Planning;

namespace ReverseEtl.Core.Tests.Protocol;

/// <summary>Where the daemon is with the pair.</summary>
internal enum Phase
{
    /// <summary>It looks at the two sides and decides.</summary>
    Looking,

    /// <summary>A write to the CRM is journalled (T1).</summary>
    Prepared,

    /// <summary>It was sent.</summary>
    Sent,

    /// <summary>No answer came: it is for recovery to judge.</summary>
    Unknown,

    /// <summary>The row is written, and that is not recorded yet.</summary>
    RowWritten,

    /// <summary>Whether the row was written is for recovery to judge.</summary>
    RowUnknown,
}

/// <summary>The CRM record as a look at it shows it.</summary>
/// <param name="Value">The field.</param>
/// <param name="Version">Rises with every change of the record.</param>
/// <param name="IsOurs">Whether we changed the record last.</param>
/// <param name="Stamp">The number of the write of ours that was the last to change the field, where writes carry one.</param>
internal readonly record struct CrmLook(string Value, int Version, bool IsOurs, int Stamp);

/// <summary>A value that the CRM field had: newest last.</summary>
internal readonly record struct PastValue(string Value, int Version, bool IsOurs, int Stamp);

/// <summary>The journalled write.</summary>
/// <param name="Number">Its stamp.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Source">The warehouse's value then.</param>
/// <param name="Seen">The CRM record then.</param>
internal readonly record struct OpenWrite(int Number, FieldDecision Decision, string Source, CrmLook Seen)
{
    public string Sent => Decision.Value.Text!;
}

/// <summary>A request between the daemon and the CRM. It may arrive at any time, also when nobody waits for its answer any more.</summary>
internal readonly record struct Request(OpenWrite Write);

/// <summary>What the written side answers.</summary>
/// <param name="Stored">What it stored; null when it refused because the value moved.</param>
internal readonly record struct Answer(string? Stored);

/// <summary>What people and faults may still do.</summary>
/// <param name="WarehouseEdits">Edits of the row.</param>
/// <param name="CrmEdits">Edits of the field in the CRM.</param>
/// <param name="Timeouts">Requests whose answer is not waited for.</param>
/// <param name="Crashes">Ends of the daemon.</param>
internal readonly record struct Budget(int WarehouseEdits, int CrmEdits, int Timeouts, int Crashes)
{
    /// <summary>Writes of ours to other fields of the record, by another mapping.</summary>
    public int Others { get; init; }

    /// <summary>Questions that a person answers.</summary>
    public int Answers { get; init; }

    /// <summary>Requests that arrive twice.</summary>
    public int Duplicates { get; init; }
}

/// <summary>One pair with one field: both sides, all that is durable, all that is under way, and what only an observer of everything knows.</summary>
internal sealed record Situation
{
    public required string Warehouse { get; init; }

    public required CrmLook Crm { get; init; }

    public Row<PastValue> History { get; init; }

    public required FieldBase? Base { get; init; }

    public OpenQuestion? Question { get; init; }

    public OpenWrite? Journal { get; init; }

    public Phase Phase { get; init; }

    /// <summary>What the daemon saw of the row and has not used up.</summary>
    public string? SeenRow { get; init; }

    /// <summary>Likewise of the record.</summary>
    public CrmLook? SeenRecord { get; init; }

    public Row<Request> UnderWay { get; init; }

    public Answer? Answer { get; init; }

    public required Budget Left { get; init; }

    /// <summary>Writes made so far; the stamp of the latest.</summary>
    public int Writes { get; init; }

    /// <summary>Changes that we made to the row.</summary>
    public int RowWrites { get; init; }

    /// <summary>Changes that we made to the record.</summary>
    public int RecordWrites { get; init; }

    /// <summary>Values that are named for a person: in a question or as a loss.</summary>
    public Row<string> Named { get; init; }

    /// <summary>People's values that a write of ours replaced although its decision had not agreed to them.</summary>
    public Row<string> Replaced { get; init; }

    /// <summary>We changed the row last.</summary>
    public bool RowIsOurs { get; init; }

    /// <summary>A value that only we wrote was taken for news and written to the other side.</summary>
    public bool TookOwnForNews { get; init; }

    /// <summary>A question was asked although a side shows what we wrote there.</summary>
    public bool AskedWithoutCause { get; init; }
}
