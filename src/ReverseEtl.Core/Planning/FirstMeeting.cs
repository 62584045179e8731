using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Policies;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// Decides a field of a pair that was just linked. Without a base an edit cannot be told from a difference that was always there,
/// so rules decide, and what they overrule is recorded.
/// </summary>
internal static class FirstMeeting
{
    public static FieldDecision Plan(FieldRule rule, in FieldView view)
    {
        if (view.Crm.State is ValueState.Unmoved)
        {
            return FieldDecision.Read(Side.Crm);
        }

        if (view.Warehouse.State is ValueState.Unmoved)
        {
            return FieldDecision.Read(Side.Warehouse);
        }

        var blanks = (rule.WarehouseType.Canon(view.Warehouse).IsNull, rule.CrmType.Canon(view.Crm).IsNull);
        var prefersNonblank = rule.Mapping.FirstMatch is FirstMatch.PreferNonblank
            || (rule.Mapping.FirstMatch is FirstMatch.ByOwner && rule.Owner is FieldOwner.Shared);
        return (rule.Mapping.FirstMatch, blanks) switch
        {
            (_, (true, false)) when prefersNonblank => TakeCrm(rule, view, "first_match: prefer_nonblank"),
            (_, (false, true)) when prefersNonblank => TakeWarehouse(rule, view, "first_match: prefer_nonblank"),
            (FirstMatch.WarehouseWins, _) => TakeWarehouse(rule, view, "first_match: warehouse_wins"),
            (FirstMatch.CrmWins, _) => TakeCrm(rule, view, "first_match: crm_wins"),
            (FirstMatch.Review, _) => FieldDecision.Ask(ConflictKind.Seed, "first_match: review"),
            _ => ByOwner(rule, view),
        };
    }

    private static FieldDecision ByOwner(FieldRule rule, in FieldView view) => rule.Owner switch
    {
        FieldOwner.Warehouse => TakeWarehouse(rule, view, "owner: warehouse"),
        FieldOwner.Crm => TakeCrm(rule, view, "owner: crm"),
        _ => FieldPlanner.Verdict(rule, view, ConflictPolicies.Resolve(rule, view), ConflictKind.Seed),
    };

    // A side that may not be written keeps its value; that is then what was agreed.
    private static FieldDecision TakeWarehouse(FieldRule rule, in FieldView view, string why) =>
        rule.MayPush ? FieldPlanner.Push(view, why, loses: true) : FieldDecision.Adopt(BaseOrigin.Adopted, why);

    private static FieldDecision TakeCrm(FieldRule rule, in FieldView view, string why) =>
        rule.MayPull ? FieldPlanner.Pull(view, why, loses: true) : FieldDecision.Adopt(BaseOrigin.Adopted, why);
}
