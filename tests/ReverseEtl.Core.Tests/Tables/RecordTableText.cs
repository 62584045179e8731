using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>The record table in words: every state, presence, edit, age, rule and question.</summary>
internal static class RecordTableText
{
    private static readonly FieldRule Rule = Make.Shared();
    private static readonly bool[] Either = [false, true];

    private static readonly ConflictKind?[] Questions = [null, ConflictKind.GoneFromWarehouse, ConflictKind.GoneFromCrm, ConflictKind.DeleteVsEdit];

    public static IReadOnlyList<string> Lines() =>
    [
        .. Cases().Where(c => c.View.State is PairState.Linked || c.View.Question is null).Select(Line).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Every case with its rules.</summary>
    internal static IEnumerable<(RecordRules Rules, RecordView View, bool Edited)> Cases() =>
        from state in Enum.GetValues<PairState>()
        from warehouse in Enum.GetValues<Presence>()
        where warehouse is not Presence.Converted
        from crm in Enum.GetValues<Presence>()
        from edited in Either
        from aged in Either
        from question in Questions
        from choice in Choices(question)
        from rules in Rules()
        from ours in rules.Mode is WriteMode.Mirror ? Either : [false]
        select (rules, View(state, warehouse, crm, edited, aged, question, choice) with { IsOurs = ours }, edited);

    internal static RecordDecision Plan(RecordRules rules, RecordView view) => RecordPlanner.Plan(rules, [Rule], view);

    private static IEnumerable<RecordRules> Rules() =>
    [
        .. Enum.GetValues<GoneFromWarehouse>().Select((warehouse, i) => new RecordRules { GoneFromWarehouse = warehouse, GoneFromCrm = (GoneFromCrm)(i % 4) }),
        new RecordRules { Mode = WriteMode.UpdateOnly, GoneFromCrm = GoneFromCrm.Recreate },
        new RecordRules { Mode = WriteMode.UpdateOnly, GoneFromCrm = GoneFromCrm.Review },
        new RecordRules { Mode = WriteMode.Mirror, GoneFromWarehouse = GoneFromWarehouse.Delete },
        new RecordRules { Mode = WriteMode.Mirror, GoneFromWarehouse = GoneFromWarehouse.PurgeIrrecoverably },
    ];

    private static IEnumerable<ResolutionChoice?> Choices(ConflictKind? question) =>
        question is null ? [null] : [null, .. Enum.GetValues<ResolutionChoice>().Cast<ResolutionChoice?>()];

    private static RecordView View(
        PairState state, Presence warehouse, Presence crm, bool edited, bool aged, ConflictKind? question, ResolutionChoice? choice) =>
        Make.Record(
            warehouse,
            crm,
            state,
            aged,
            question is { } kind ? new OpenRecordQuestion(kind, choice is { } c ? Make.Answer(c) : null) : null,
            Make.Seen(Value(warehouse, edited), Value(crm, edited), Make.Base(Rule, "a", "a")));

    private static FieldValue Value(Presence presence, bool edited) => presence switch
    {
        Presence.Unread => FieldValue.Unmoved,
        Presence.Missing or Presence.Converted => FieldValue.Absent,
        _ => Make.Of(edited ? "x" : "a"),
    };

    private static string Line((RecordRules Rules, RecordView View, bool Edited) c)
    {
        var (rules, view, edited) = c;
        var decision = Plan(rules, view);
        return $"{FieldCase.Word(view.State)} | warehouse {FieldCase.Word(view.Warehouse)}, CRM {FieldCase.Word(view.Crm)}{Edit(view, edited)}"
            + $" | {Question(view.Question)} | {Deciding(rules, view)} | {Step(decision)} | {decision.Rule}"
            + (decision.Closes is { } how ? $" | closes: {how}" : "");
    }

    private static string Edit(RecordView view, bool edited) =>
        view.State is PairState.Linked && (view.Warehouse, view.Crm) is (Presence.Missing, Presence.Present) or (Presence.Present, Presence.Missing)
            ? (edited ? ", edited" : ", untouched") + (view.IsAged ? ", long ago" : ", just now")
            : "";

    private static string Question(OpenRecordQuestion? question) => question is null ? "no question"
        : question.Answer is { } answer ? $"{FieldCase.Word(question.Kind)} answered {FieldCase.Word(answer.Choice)}"
        : $"{FieldCase.Word(question.Kind)} open";

    private static string Deciding(RecordRules rules, RecordView view) => (view.State, view.Warehouse, view.Crm) switch
    {
        (PairState.Linked, Presence.Missing, Presence.Present) => $"gone_from_warehouse: {FieldCase.Word(rules.GoneFromWarehouse)}{Mode(rules, view)}",
        (PairState.Linked, Presence.Present, Presence.Missing) => $"gone_from_crm: {FieldCase.Word(rules.GoneFromCrm)}{Mode(rules, view)}",
        _ => "any rule",
    };

    private static string Mode(RecordRules rules, RecordView view) => (rules.Mode, view.Warehouse) switch
    {
        (WriteMode.Mirror, Presence.Missing) => view.IsOurs ? " in mode mirror of ours" : " in mode mirror not of ours",
        (WriteMode.UpdateOnly, Presence.Present) => " in mode update_only",
        _ => "",
    };

    private static string Step(RecordDecision decision) => decision.Step switch
    {
        RecordStep.Ask => $"ask ({FieldCase.Word(decision.Question)})",
        RecordStep.Read => $"read the {FieldCase.Word(decision.Side)}",
        var step => FieldCase.Word(step),
    };
}
