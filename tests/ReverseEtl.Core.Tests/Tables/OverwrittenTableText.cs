using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>
/// The table of a field with an overwritten edit, in words: base a/a, and the edit <c>x</c> that a write of ours replaced. Every shared rule,
/// every answer and every movement since.
/// </summary>
internal static class OverwrittenTableText
{
    private static readonly ResolutionChoice?[] Answers = [null, .. Enum.GetValues<ResolutionChoice>().Cast<ResolutionChoice?>()];

    public static IReadOnlyList<string> Lines() =>
    [
        .. Cases().Select(Line).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Every case: the rule, the view without the question, and the question.</summary>
    internal static IEnumerable<(FieldRule Rule, FieldView View, OpenQuestion Question)> Cases() =>
        from policy in Enum.GetValues<ConflictPolicy>()
        let rule = Make.Shared(policy)
        from warehouse in FieldCase.Values
        from crm in FieldCase.Values
        from answer in Answers
        let asked = new OpenQuestion(ConflictKind.Overwritten, Make.Of("a"), Make.Of("x"), answer is { } choice ? Make.Answer(choice, "z") : null)
        select (rule, Make.View(warehouse, crm, Make.Base(rule, "a", "a")), asked);

    internal static FieldDecision Plan((FieldRule Rule, FieldView View, OpenQuestion Question) c) =>
        FieldPlanner.Plan(c.Rule, c.View with { Question = c.Question });

    private static string Line((FieldRule Rule, FieldView View, OpenQuestion Question) c)
    {
        var decision = Plan(c);
        var without = FieldPlanner.Plan(c.Rule, c.View);
        var does = decision with { Closes = null } == without ? "as without the question"
            : decision.Step is FieldStep.WriteBoth ? $"write {(decision.Value == Make.Of("x") ? "the edit" : "the given value")} to both sides"
            : decision.ToString();
        return $"{Answer(c.Question)} | {Moved(c.View)} | {does} | {(decision.Closes is { } how ? $"closed: {how}" : "stays open")}";
    }

    private static string Answer(OpenQuestion question) => question.Answer is { } answer ? $"answered {FieldCase.Word(answer.Choice)}" : "no answer";

    private static string Moved(FieldView view) => (view.Warehouse == Make.Of("a"), view.Crm == Make.Of("a")) switch
    {
        (true, true) => "nothing moved",
        (false, true) => "warehouse moved",
        (true, false) => "CRM moved",
        _ => "both moved",
    };
}
