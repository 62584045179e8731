using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>What a cycle did, or in a dry run would do.</summary>
/// <param name="Mapping">The mapping.</param>
/// <param name="Run">The run's id; 0 when it could not start.</param>
/// <param name="Result">The counts.</param>
public sealed record CycleReport(string Mapping, long Run, RunResult Result)
{
    private static readonly IReadOnlyDictionary<string, string> NoIds = new Dictionary<string, string>();

    /// <summary>In a dry run: every write.</summary>
    public IReadOnlyList<PlannedChange> Changes { get; init; } = [];

    /// <summary>Records held back, with the reason. At most <see cref="CycleBooks.MaxHeldListed"/>.</summary>
    public IReadOnlyList<HeldRecord> Held { get; init; } = [];

    /// <summary>Lines of the mapping that a side cannot follow now.</summary>
    public IReadOnlyList<ParkedLine> Parked { get; init; } = [];

    /// <summary>In a dry run: the CRM ids of rows that would be linked or get a record, for what refers to them in the next mappings.</summary>
    public IReadOnlyDictionary<string, string> Foreseen { get; init; } = NoIds;

    /// <summary>In a dry run: the ways by which the CRM would be written.</summary>
    public IReadOnlyList<PlannedLane> Lanes { get; init; } = [];

    /// <summary>Who compares the model with what is known of it, and why; null when the cycle did not begin.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>How much of the CRM's day is used after the cycle; null where the CRM does not tell.</summary>
    public CrmUse? Use { get; init; }

    /// <summary>Another process was working on the mapping, so nothing was done.</summary>
    public bool Busy { get; init; }
}

/// <summary>One record that would be written.</summary>
/// <param name="Key">Warehouse key.</param>
/// <param name="CrmId">CRM id; null for a create.</param>
/// <param name="Side">Where.</param>
/// <param name="Action"><c>create</c>, <c>update</c>, <c>link</c>, <c>archive</c>, <c>delete</c> or <c>clear</c>.</param>
/// <param name="Fields">The fields.</param>
public sealed record PlannedChange(string Key, string? CrmId, Side Side, string Action, IReadOnlyList<PlannedField> Fields);

/// <summary>One way by which records would be written.</summary>
/// <param name="Lane">Its name; see <see cref="Ports.CrmLane"/>.</param>
/// <param name="Records">How many records.</param>
/// <param name="Calls">How many requests, about.</param>
public sealed record PlannedLane(string Lane, long Records, long Calls);

/// <summary>One field that would be written.</summary>
/// <param name="Field">Name on the written side.</param>
/// <param name="Before">What is there now; not observed when it is not known.</param>
/// <param name="After">What would be there.</param>
/// <param name="Rule">Why.</param>
public sealed record PlannedField(string Field, FieldValue Before, FieldValue After, string Rule);

/// <summary>A record that is held back.</summary>
/// <param name="Key">Warehouse key, or the CRM id when there is no row.</param>
/// <param name="Reason">Why, e.g. <c>ambiguous_match</c>.</param>
public sealed record HeldRecord(string Key, string Reason);
