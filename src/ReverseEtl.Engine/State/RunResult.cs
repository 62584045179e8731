namespace ReverseEtl.Engine.State;

/// <summary>What a run did; the counts of <c>retl sync --json</c>.</summary>
public sealed record RunResult
{
    /// <summary><c>ok</c>, <c>attention</c> (rejects, conflicts or held rows) or <c>failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it failed or was halted; no personal data.</summary>
    public string? Message { get; init; }

    /// <summary>CRM records created.</summary>
    public long Created { get; init; }

    /// <summary>CRM records updated.</summary>
    public long Updated { get; init; }

    /// <summary>Records linked.</summary>
    public long Linked { get; init; }

    /// <summary>Records deleted or archived, either side.</summary>
    public long Deleted { get; init; }

    /// <summary>Linked records that nothing had to be done for.</summary>
    public long Unchanged { get; init; }

    /// <summary>Warehouse rows written.</summary>
    public long Pulled { get; init; }

    /// <summary>Records that stand rejected.</summary>
    public long Rejected { get; init; }

    /// <summary>Conflicts that are open.</summary>
    public long Conflicts { get; init; }

    /// <summary>Losses recorded.</summary>
    public long Losses { get; init; }

    /// <summary>
    /// CRM fields that were written without a look at the record, where the CRM keeps no history: what they replaced nobody can tell. They
    /// are fields with one owner, and those of a record that had the key of a new row already when it was to be created.
    /// </summary>
    public long Unverified { get; init; }

    /// <summary>Records held back by a guard, an ambiguous match or a missing parent.</summary>
    public long Held { get; init; }

    /// <summary>Pairs that looked settled but whose base did not fit what a full read of the CRM showed; each is looked at again.</summary>
    public long AuditFindings { get; init; }

    /// <summary>CRM requests made.</summary>
    public long ApiCalls { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public long DurationMs { get; init; }
}
