using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Coverage;

/// <summary>The rare events that must happen in every longer run. One that stays at zero means that its safeguard was not tested.</summary>
public static class Rare
{
    /// <summary>So many seeds must show all of them.</summary>
    public const int EnoughSeeds = 300;

    /// <summary>By name.</summary>
    public static IReadOnlyList<string> Events { get; } =
    [
        "412 seen", "late request took effect", "late request landed after a newer one", "merge during push", "recovered by receipt",
        "killed between send and settle", "lease lost in mid-cycle", "edit overwritten and recorded", "edit of the warehouse overruled and recorded",
        "restore noticed", "drift reverted", "the CRM's spelling learnt", "linked by a match or a key", "linked anew", "guard held a cycle",
        "two daemons at once", "state restored", "mapping edited", "permission lost", "storm of 429", "storm of 5xx", "records with one change time",
        "rows edited while they were to be written", "merge in the CRM", "workflow edits as our user", "workflow edits as another",
        "heard of a change", "heard of it twice", "heard of a deletion", "heard of a stranger", "heard a forgery", "brought by hearsay",
        "database stall", "database answer lost", "record locked",
        "write LostBefore", "write LostAfter", "write Twice", "write Late", "write AnsweredLate", "write Truncated", "write BadGateway",
        "asked: Field", "asked: Seed", "asked: Drift", "asked: DeleteVsEdit", "asked: Duplicate", "asked: Overwritten", "asked: Unstable",
        "crm record created by rule", "crm record deleted by rule", "warehouse record created by rule", "warehouse record deleted by rule",
    ];

    /// <summary>Those that never happened.</summary>
    public static IReadOnlyList<string> Missing(Counters counters) => [.. Events.Where(e => counters.Hits.GetValueOrDefault(e) == 0)];
}
