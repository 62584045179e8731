using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>The field table in words: cases that differ only in the letters of their values are one line.</summary>
internal static class FieldTableText
{
    public static IReadOnlyList<string> Lines() =>
    [
        .. FieldCase.All()
            .Select(c => (Line: Line(c), Case: c))
            .GroupBy(at => at.Line, StringComparer.Ordinal)
            .OrderBy(at => at.Key, StringComparer.Ordinal)
            .Select(at => $"{at.Key} | {at.Count()} e.g. {Example(at.First().Case)}"),
    ];

    private static string Line(FieldCase c)
    {
        var decision = FieldPlanner.Plan(c.Rule, c.View);
        return $"{c.Rules} | {Moved(c)} | {Compare(c)} | {Step(decision)}{(decision.Loses ? ", records the loss" : "")} | {decision.Rule}";
    }

    private static string Moved(FieldCase c) => c.Base is not { } agreed
        ? "first meeting"
        : (agreed.Warehouse == c.Warehouse, agreed.Crm == c.Crm) switch
        {
            (true, true) => "nothing moved",
            (false, true) => c.IsSpent ? "warehouse moved once too often" : "warehouse moved",
            (true, false) => c.IsSpent ? "CRM moved once too often" : "CRM moved",
            _ => "both moved",
        };

    private static string Compare(FieldCase c) => (c.Warehouse, c.Crm) switch
    {
        var (warehouse, crm) when warehouse == crm => "equal",
        (null, _) => "warehouse blank",
        (_, null) => "CRM blank",
        _ when c.Rule is { Owner: FieldOwner.Shared, Mapping.OnConflict: ConflictPolicy.Max or ConflictPolicy.Min } =>
            string.CompareOrdinal(c.Warehouse, c.Crm) > 0 ? "warehouse larger" : "CRM larger",
        _ => "differ",
    };

    internal static string Step(FieldDecision decision) => decision.Step switch
    {
        FieldStep.Push => $"write {Blank(decision)} to the CRM",
        FieldStep.Pull => $"write {Blank(decision)} to the warehouse",
        FieldStep.WriteBoth => "write the joined value to both",
        FieldStep.Adopt => $"take as agreed ({FieldCase.Word(decision.Origin)})",
        FieldStep.Ask => $"ask ({FieldCase.Word(decision.Question)})",
        FieldStep.None => "nothing",
        var other => FieldCase.Word(other),
    };

    private static string Blank(FieldDecision decision) => decision.Value == FieldValue.Null ? "blank" : "the value";

    private static string Example(FieldCase c) =>
        (c.Base is { } agreed ? $"{agreed.Warehouse ?? "-"}/{agreed.Crm ?? "-"} > " : "") + $"{c.Warehouse ?? "-"}/{c.Crm ?? "-"}";
}
