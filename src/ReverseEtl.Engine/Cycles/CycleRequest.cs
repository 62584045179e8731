namespace ReverseEtl.Engine.Cycles;

/// <summary>What one cycle is asked to do.</summary>
/// <param name="Reason">For people: <c>sync</c>, <c>push</c>, <c>pull</c>, <c>plan</c>, …</param>
public sealed record CycleRequest(string Reason)
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Nothing =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Look at the CRM.</summary>
    public bool Pull { get; init; } = true;

    /// <summary>Look at the warehouse.</summary>
    public bool Push { get; init; } = true;

    /// <summary>Read the warehouse in full even where it could be read by change; needed to see rows that left it.</summary>
    public bool FullWarehouse { get; init; }

    /// <summary>Read the CRM in full.</summary>
    public bool FullCrm { get; init; }

    /// <summary>
    /// CRM ids of which something was heard from outside. Those that are linked are looked at from both sides, whatever else the cycle does;
    /// with neither <see cref="Pull"/> nor <see cref="Push"/> it does little else. Unknown ones are passed over: a new record is for a pull.
    /// </summary>
    public IReadOnlyList<string> Heard { get; init; } = [];

    /// <summary>Write nothing anywhere, and tell what would be written.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// In a dry run: by mapping and key, the CRM ids of records that the same run would make or link before this cycle
    /// (<see cref="CycleReport.Foreseen"/>). What the state knows comes first.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Foreseen { get; init; } = Nothing;

    /// <summary>A person approves what the guard would hold.</summary>
    public bool Approved { get; init; }

    /// <summary>Who takes the lease, for people.</summary>
    public string Holder { get; init; } = "retl";
}
