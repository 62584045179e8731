using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I7: two values become a base only when they were seen to correspond: they are spellings of one value, or a recorded rule or a person took
/// them as they were.
/// </summary>
public sealed class BaseHonesty() : Checker("I7")
{
    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        if (happening is not PairStored { Pair: { } pair } stored)
        {
            return;
        }

        var before = ledger.Pair(stored.Mapping, stored.Key);
        for (var i = 0; i < pair.Bases.Length; i++)
        {
            if (pair.Bases[i] is { Warehouse.IsHash: false, Landed: null, Origin: BaseOrigin.Receipt or BaseOrigin.Equal or BaseOrigin.Sent } held
                && (before is null || i >= before.Bases.Length || before.Bases[i] != held)
                && held.Warehouse.Value.State is ValueState.Value && held.Crm.Value.State is ValueState.Value
                && !Lineage.Same(held.Warehouse.Value.Text, held.Crm.Value.Text)
                && !IsOurAutomation(stored.Mapping, pair.CrmId, stored.Fields[i].Crm, held.Crm.Value.Text, ledger))
            {
                Report(
                    stored,
                $"{stored.Fields[i].Crm}: {held.Warehouse.Value} and {held.Crm.Value} became a base as {held.Origin}, and one is no spelling of the other",
                    stored.Mapping, stored.Key, pair.CrmId);
            }
        }
    }

    // Automation that runs as our own user and rewrites what we wrote cannot be told from the CRM's own spelling of it.
    private static bool IsOurAutomation(string mapping, string? id, string field, string? value, Ledger ledger) =>
        id is not null && (ledger.Find(mapping, Side.Crm, id, field)?.Past.Exists(p => p.By is { Kind: AuthorKind.Workflow, Name: nameof(Hand.OurUser) } && Lineage.Same(p.After, value)) ?? false);
}
