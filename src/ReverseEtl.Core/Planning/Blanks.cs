using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// Decides a field of which one side is blank and the mapping says that this side's blanks have nothing to say (<c>nulls: skip</c>). The blank is
/// never written over the other side's value, is neither drift nor one side of a conflict, and is taken as agreed beside that value. What the
/// other side of a shared field changes comes through.
/// </summary>
internal static class Blanks
{
    private const string Rule = "nulls: skip";

    /// <summary>The decision; null where no blank is skipped, or nothing moved since it was taken as agreed.</summary>
    public static FieldDecision? Plan(FieldRule rule, in FieldView view, Movement moved)
    {
        // How the CRM spells our blank, a default it put there, is a receipt and no edit of anybody; and what was landed has to come back first.
        if (Silent(rule, view) is not { } silent || moved is { Spelled: true, Warehouse: false } or { Landed: true, Warehouse: false })
        {
            return null;
        }

        if (view.Base is null)
        {
            return FirstMeeting(rule, view, silent);
        }

        var (saidNothing, other) = silent is Side.Warehouse ? (moved.Warehouse, moved.Crm) : (moved.Crm, moved.Warehouse);
        if (other && rule.Owner is FieldOwner.Shared)
        {
            var edit = silent is Side.Warehouse
                ? FieldPlanner.Pull(view, "shared: changed in the CRM", loses: false)
                : FieldPlanner.Push(view, "shared: changed in the warehouse", loses: false);
            return FieldPlanner.NeedsRead(view) ?? FieldPlanner.Closed(edit, Rule);
        }

        return saidNothing || other || view.Question is not null ? Agreed(rule, view, moved, silent) : null;
    }

    /// <summary>Whose blank has nothing to say.</summary>
    private static Side? Silent(FieldRule rule, in FieldView view)
    {
        var blanks = (IsBlank(rule.WarehouseType, view.Warehouse), IsBlank(rule.CrmType, view.Crm));
        return (blanks, rule.Mapping.Nulls) switch
        {
            ((true, false), { ToCrm: NullRule.Skip }) when rule.MayPush => Side.Warehouse,
            ((false, true), { ToWarehouse: NullRule.Skip }) when rule.MayPull => Side.Crm,
            _ => null,
        };
    }

    // A value that was landed and is still on its way comes back through the model, whatever became of it in the CRM: until then nothing is agreed.
    private static FieldDecision Agreed(FieldRule rule, in FieldView view, Movement moved, Side silent) =>
        silent is Side.Crm && moved.Overtaken && view.Base!.Value.Warehouse.Is(rule.WarehouseType, view.Warehouse)
            ? FieldDecision.AwaitEcho
            : FieldDecision.Adopt(BaseOrigin.Adopted, Rule) with { Closes = Rule };

    private static FieldDecision FirstMeeting(FieldRule rule, in FieldView view, Side silent)
    {
        var decision = Planning.FirstMeeting.Plan(rule, view);
        var written = silent is Side.Warehouse ? FieldStep.Push : FieldStep.Pull;
        return decision.Step == written || decision.Step is FieldStep.Ask or FieldStep.WriteBoth
            ? FieldDecision.Adopt(BaseOrigin.Adopted, Rule) with { Closes = Rule }
            : decision;
    }

    private static bool IsBlank(FieldType type, FieldValue value) => value.IsSeen && type.Canon(value).IsNull;
}
