namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>A parsed query; names are as written and not yet looked up.</summary>
/// <param name="Text">The query itself, for error messages.</param>
/// <param name="Fields">The selected paths; empty for COUNT().</param>
/// <param name="Children">Subqueries over children; their FROM names the relationship.</param>
/// <param name="From">The object name.</param>
/// <param name="Where">The condition, or null.</param>
/// <param name="OrderBy">The sort keys.</param>
/// <param name="Limit">Most rows, or null.</param>
/// <param name="Offset">Rows left out at the start.</param>
/// <param name="IsCount">Whether COUNT() is selected.</param>
internal sealed record SoqlQuery(
    string Text,
    IReadOnlyList<SoqlToken> Fields,
    IReadOnlyList<SoqlQuery> Children,
    SoqlToken From,
    SoqlCondition? Where,
    IReadOnlyList<SoqlOrder> OrderBy,
    int? Limit,
    int Offset,
    bool IsCount);

/// <summary>One ORDER BY key.</summary>
internal sealed record SoqlOrder(SoqlToken Field, bool Descending, bool NullsLast);

/// <summary>A WHERE condition.</summary>
internal abstract record SoqlCondition;

internal sealed record SoqlAnd(IReadOnlyList<SoqlCondition> Parts) : SoqlCondition;

internal sealed record SoqlOr(IReadOnlyList<SoqlCondition> Parts) : SoqlCondition;

internal sealed record SoqlNot(SoqlCondition Part) : SoqlCondition;

/// <param name="Field">The path compared.</param>
/// <param name="Operator">Upper case: =, !=, &lt;, &lt;=, &gt;, &gt;=, LIKE, IN, NOT IN, INCLUDES, EXCLUDES.</param>
/// <param name="Values">One literal, or the members of the list.</param>
internal sealed record SoqlComparison(SoqlToken Field, string Operator, IReadOnlyList<SoqlToken> Values) : SoqlCondition;
