namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>A parsed query; names are as written and not yet looked up.</summary>
/// <param name="Text">The query itself, for error messages.</param>
/// <param name="Fields">The selected paths, <c>FIELDS(…)</c> among them; empty for COUNT().</param>
/// <param name="Children">Subqueries over children; their FROM names the relationship.</param>
/// <param name="From">The object name.</param>
/// <param name="Alias">What else the object may be called in paths, or null.</param>
/// <param name="Where">The condition, or null.</param>
/// <param name="GroupBy">The paths grouped by.</param>
/// <param name="OrderBy">The sort keys.</param>
/// <param name="Limit">Most rows, or null.</param>
/// <param name="Offset">Rows left out at the start.</param>
/// <param name="IsCount">Whether COUNT() is selected.</param>
internal sealed record SoqlQuery(
    string Text,
    IReadOnlyList<SoqlSelection> Fields,
    IReadOnlyList<SoqlQuery> Children,
    SoqlToken From,
    string? Alias,
    SoqlCondition? Where,
    IReadOnlyList<SoqlToken> GroupBy,
    IReadOnlyList<SoqlOrder> OrderBy,
    int? Limit,
    int Offset,
    bool IsCount)
{
    /// <summary>Whether it answers aggregate results in place of records.</summary>
    public bool IsAggregate => GroupBy.Count > 0 || Fields.Any(f => f.Function is not null);
}

/// <summary>A selected path, or a group of fields.</summary>
/// <param name="Field">The path, or the word between the parentheses of FIELDS: ALL, STANDARD or CUSTOM.</param>
/// <param name="IsGroup">Whether it is a group.</param>
/// <param name="Function">The aggregate function around the path, upper case, or null.</param>
/// <param name="Alias">The name it shall have in the answer, or null.</param>
internal readonly record struct SoqlSelection(SoqlToken Field, bool IsGroup = false, string? Function = null, string? Alias = null);

/// <summary>One ORDER BY key.</summary>
/// <param name="Field">The path.</param>
/// <param name="Descending">DESC.</param>
/// <param name="NullsLast">What NULLS says; null when it is not said.</param>
internal sealed record SoqlOrder(SoqlToken Field, bool Descending, bool? NullsLast);

/// <summary>A WHERE condition.</summary>
internal abstract record SoqlCondition;

internal sealed record SoqlAnd(IReadOnlyList<SoqlCondition> Parts) : SoqlCondition;

internal sealed record SoqlOr(IReadOnlyList<SoqlCondition> Parts) : SoqlCondition;

internal sealed record SoqlNot(SoqlCondition Part) : SoqlCondition;

/// <param name="Field">The path compared.</param>
/// <param name="Operator">Upper case: =, !=, &lt;, &lt;=, &gt;, &gt;=, LIKE, IN, NOT IN, INCLUDES, EXCLUDES.</param>
/// <param name="Values">One literal, or the members of the list; empty when they come from <paramref name="Inner"/>.</param>
/// <param name="Inner">The query of a semi-join, <c>IN (SELECT …)</c>; null for a list.</param>
internal sealed record SoqlComparison(SoqlToken Field, string Operator, IReadOnlyList<SoqlToken> Values, SoqlQuery? Inner = null) : SoqlCondition;
