using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>
/// What an open question does to its field, in words: kind, rules, answer, where warehouse/CRM stand since it was asked, what is done. Base
/// a/a (none for a first meeting), asked about b in the warehouse and c in the CRM; the owner's side stood at the base.
/// </summary>
internal static class QuestionTableText
{
    private static readonly ResolutionChoice?[] Answers = [null, .. Enum.GetValues<ResolutionChoice>().Cast<ResolutionChoice?>()];

    // Which of the policies a shared field has matters only once both sides moved on, where it asks anew whatever the policy.
    private static readonly (string Owner, string Drift, FieldRule Rule)[] Rules =
    [
        .. from owner in new[] { FieldOwner.Warehouse, FieldOwner.Crm }
           from drift in Enum.GetValues<DriftRule>()
           select ($"owner: {FieldCase.Word(owner)}", $"on_drift: {FieldCase.Word(drift)}", Make.Rule(owner, drift)),
        ("owner: shared", "any", Make.Shared()),
    ];

    private static readonly string[] Any =
    [
        "on_drift: revert or on_drift: flag or on_drift: adopt",
        "no answer or answered warehouse or answered crm or answered value or answered ignore",
        "owner: warehouse or owner: crm or owner: shared",
    ];

    public static IReadOnlyList<string> Lines() => Columns.Lines(Cases(), Any, 4, 3, 2, 1);

    private static IEnumerable<string[]> Cases() =>
        from kind in new[] { ConflictKind.Field, ConflictKind.Seed, ConflictKind.Drift, ConflictKind.Unstable }
        from rules in Rules
        where kind is not (ConflictKind.Field or ConflictKind.Seed) || rules.Rule.Owner is FieldOwner.Shared
        where kind is not ConflictKind.Drift || rules.Rule.Owner is not FieldOwner.Shared
        let asked = (Warehouse: rules.Rule.Owner is FieldOwner.Warehouse ? "a" : "b", Crm: rules.Rule.Owner is FieldOwner.Crm ? "a" : "c")
        from answer in Answers
        from warehouse in Places(asked.Warehouse, hasBase: kind is not ConflictKind.Seed)
        from crm in Places(asked.Crm, hasBase: kind is not ConflictKind.Seed)
        let agreed = kind is ConflictKind.Seed ? (FieldBase?)null : Make.Base(rules.Rule, "a", "a")
        let question = new OpenQuestion(kind, Make.Of(asked.Warehouse), Make.Of(asked.Crm), answer is { } choice ? Make.Answer(choice, "z") : null)
        let decision = FieldPlanner.Plan(rules.Rule, Make.View(warehouse.Value, crm.Value, agreed) with { Question = question })
        select new[]
        {
            FieldCase.Word(kind),
            rules.Owner,
            rules.Drift,
            answer is { } given ? $"answered {FieldCase.Word(given)}" : "no answer",
            warehouse.Value == crm.Value ? "equal" : $"{warehouse.Place}/{crm.Place}",
            Outcome(decision),
        };

    // Where a side stands since it was asked about.
    private static IEnumerable<(string Place, string Value)> Places(string asked, bool hasBase) =>
        asked is "a" || !hasBase ? [("as asked", asked), ("moved on", "d")] : [("as asked", asked), ("back", "a"), ("moved on", "d")];

    private static string Outcome(FieldDecision decision) =>
        $"{FieldTableText.Step(decision)}{(decision.Loses ? ", records the loss" : "")}{(decision.Closes is { } how ? $"; closed: {how}" : "")}";
}
