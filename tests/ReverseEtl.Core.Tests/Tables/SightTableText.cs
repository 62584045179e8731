using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>
/// What is done when not everything is known, in words: what is known, rules, what warehouse/CRM show, what is done. A side was not read (?)
/// or cannot be, a value of ours was not looked at since it was sent, a value landed and has not come back. Base a/a; none in a first meeting.
/// </summary>
internal static class SightTableText
{
    private static readonly (string Owner, string Policy, FieldRule Rule)[] Rules =
    [
        .. from owner in new[] { FieldOwner.Warehouse, FieldOwner.Crm }
           from drift in Enum.GetValues<DriftRule>()
           select ($"owner: {FieldCase.Word(owner)}", $"on_drift: {FieldCase.Word(drift)}", Make.Rule(owner, drift)),
        .. from policy in new[] { ConflictPolicy.Review, ConflictPolicy.WarehouseWins, ConflictPolicy.CrmWins }
           select ("owner: shared", $"on_conflict: {FieldCase.Word(policy)}", Make.Shared(policy)),
    ];

    private static readonly string[] Any =
    [
        "on_drift: revert or on_drift: flag or on_drift: adopt",
        "on_conflict: review or on_conflict: warehouse_wins or on_conflict: crm_wins",
        "owner: warehouse or owner: crm or owner: shared",
    ];

    private static readonly (string Name, FieldValue Value)[] Unread =
        [("?", FieldValue.Unmoved), ("hidden", FieldValue.NotObserved), ("gone", FieldValue.Absent)];

    public static IReadOnlyList<string> Lines() => Columns.Lines(Cases(), Any, 3, 2, 1, 0);

    private static IEnumerable<string[]> Cases() =>
        from rules in Rules
        from known in Known(rules.Rule)
        from warehouse in Sights(["a", "b"])
        from crm in Sights(["a", "b", "c"])
        where known.IsSpecial || warehouse.Value.Text is null || crm.Value.Text is null
        let decision = FieldPlanner.Plan(known.Rule, Make.Seen(warehouse.Value, crm.Value, known.Base) with { LastChangedByUs = known.IsOurs })
        select new[] { known.Name, rules.Owner, rules.Policy, $"{warehouse.Name}/{crm.Name}", Outcome(decision) };

    // What is known besides what is seen; the special ones are worth a line also where both sides are.
    private static IEnumerable<(string Name, FieldRule Rule, FieldBase? Base, bool IsOurs, bool IsSpecial)> Known(FieldRule rule)
    {
        yield return ("agreed", rule, Make.Base(rule, "a", "a"), false, false);
        yield return ("first meeting", rule, null, false, false);
        yield return ("sent, changed last by us", rule, Make.Base(rule, "a", "a", BaseOrigin.Sent), true, true);
        yield return ("sent, changed last by somebody", rule, Make.Base(rule, "a", "a", BaseOrigin.Sent), false, true);
        if (rule.MayPull)
        {
            yield return ("b landed", rule with { Lands = true }, Make.Base(rule, "a", "a", landed: "b"), false, true);
        }
    }

    private static IEnumerable<(string Name, FieldValue Value)> Sights(IEnumerable<string> values) =>
        values.Select(v => (v, FieldValue.Of(v))).Concat(Unread);

    private static string Outcome(FieldDecision decision) => decision.Step is FieldStep.Read
        ? $"read the {FieldCase.Word(decision.Side)}"
        : $"{FieldTableText.Step(decision)}{(decision.Loses ? ", records the loss" : "")}";
}
