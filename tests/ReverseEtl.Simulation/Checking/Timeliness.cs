using ReverseEtl.Core.Planning;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I12: no change of a linked record is missed by the polls: when users have rested for long, nothing is left for a full read to find. What no
/// list of changes tells (that a record was purged) is no change of this kind.
/// </summary>
public sealed class Timeliness() : Checker("I12")
{
    /// <summary>Users have rested for long, and only polls have looked since.</summary>
    public void Rested(Stand stand, Ledger ledger)
    {
        foreach (var pair in stand.Pairs.Where(p => p is { State: PairState.Linked, CrmId: not null } && !ledger.IsTouchedByOurUser(stand.Mapping.Name, p.CrmId)))
        {
            if (!stand.Rows.TryGetValue(pair.Key, out var row) || stand.Records.GetValueOrDefault(pair.CrmId!) is not { IsLive: true } record)
            {
                continue;
            }

            for (var i = 0; i < stand.Rules.Count; i++)
            {
                if (Convergence.Complaint(stand, pair, i, stand.Warehouse(row, i), stand.InCrm(record, i)) is { } complaint)
                {
                    Report($"polls have missed it: {complaint}", stand.Mapping.Name, pair.Key, pair.CrmId);
                }
            }
        }
    }
}
