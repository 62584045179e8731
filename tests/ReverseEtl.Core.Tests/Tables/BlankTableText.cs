using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>
/// What <c>nulls: skip</c> changes, in words: rules, what moved, which side is blank, what is done. The cases are those of the field table of
/// which exactly one side is blank.
/// </summary>
internal static class BlankTableText
{
    private const string AsWithout = "as without nulls: skip";

    private static readonly string[] Any =
    [
        "warehouse moved or CRM moved or both moved", "owner: warehouse or owner: crm or owner: shared",
        string.Join(" or ", Enum.GetValues<FirstMatch>().Select(first => $"first_match: {FieldCase.Word(first)}")),
    ];

    public static IReadOnlyList<string> Lines() =>
        Columns.Lines(Cases().Select(Line).DistinctBy(row => string.Join('|', row)).OrderBy(row => string.Join('|', row), StringComparer.Ordinal), Any, 0, 2, 1);

    /// <summary>The cases with their blanks skipped in both directions.</summary>
    public static IEnumerable<FieldCase> Cases() => FieldCase.All().Where(c => !c.IsSpent && (c.Warehouse is null) != (c.Crm is null))
        .Select(c => c with { Rule = Skipping(c.Rule, new NullRules(NullRule.Skip, NullRule.Skip)) });

    public static FieldRule Skipping(FieldRule rule, NullRules nulls) => rule with { Mapping = rule.Mapping with { Nulls = nulls } };

    /// <summary>Owner, first_match, what moved, which side is blank, what is done.</summary>
    public static string[] Line(FieldCase c)
    {
        var (decision, without) = (FieldPlanner.Plan(c.Rule, c.View), FieldPlanner.Plan(Skipping(c.Rule, NullRules.Written), c.View));
        var outcome = decision == without ? AsWithout : FieldTableText.Step(decision) + (decision.Loses ? ", records the loss" : "");
        return [c.Rules.Split(", ")[0], FirstMatchOf(c), Moved(c), c.Warehouse is null ? "warehouse blank" : "CRM blank", outcome];
    }

    // Drift rules and policies make no difference; if one did, a case would have two lines.
    private static string FirstMatchOf(FieldCase c) => c.Base is null ? $"first_match: {FieldCase.Word(c.Rule.Mapping.FirstMatch)}" : "met before";

    private static string Moved(FieldCase c) => c.Base is not { } agreed ? "first meeting" : (agreed.Warehouse == c.Warehouse, agreed.Crm == c.Crm) switch
    {
        (true, true) => "nothing moved",
        (false, true) => "warehouse moved",
        (true, false) => "CRM moved",
        _ => "both moved",
    };
}
