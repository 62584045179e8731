using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I16: nowhere do both halves of a base still stand although the values do not correspond. Such a field looks settled to every cycle, so
/// nobody would ever look again.
/// </summary>
public sealed class AuditSoundness() : Checker("I16")
{
    /// <inheritdoc />
    public override void AtRest(Stand stand, Ledger ledger)
    {
        foreach (var pair in stand.Pairs.Where(p => p.State is PairState.Linked && p.CrmId is not null))
        {
            if (!stand.Rows.TryGetValue(pair.Key, out var row) || !stand.Records.TryGetValue(pair.CrmId!, out var record) || !record.IsLive)
            {
                continue;
            }

            for (var i = 0; i < stand.Rules.Count; i++)
            {
                var (warehouse, crm, rule) = (stand.Warehouse(row, i), stand.InCrm(record, i), stand.Rules[i]);
                if (rule.Mapping.References is null && !stand.Correspond(i, warehouse, crm) && !Convergence.IsOurAutomation(stand, pair, i, ledger)
                    && pair.Bases[i] is { Landed: null, Origin: BaseOrigin.Receipt or BaseOrigin.Equal or BaseOrigin.Sent } agreed
                    && agreed.Warehouse.Is(rule.WarehouseType, FieldValue.Of(warehouse)) && agreed.Crm.Is(rule.CrmType, FieldValue.Of(crm)))
                {
                    Report(
                        $"{rule.Mapping.Crm} is {warehouse ?? "∅"} | {crm ?? "∅"}, which its base calls agreed ({agreed.Origin})",
                        stand.Mapping.Name, pair.Key, pair.CrmId);
                }
            }
        }
    }
}
