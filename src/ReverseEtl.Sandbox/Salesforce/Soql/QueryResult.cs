using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>The rows a query found and the state it saw of each, ready for paging.</summary>
/// <param name="Select">What to show of each row.</param>
/// <param name="Rows">In the order of the answer.</param>
/// <param name="Children">Subqueries, run for each row when it is shown.</param>
/// <param name="IsCount">Only the number of rows is asked for.</param>
/// <param name="Aggregates">What is answered in place of the rows; null for a query that shows them.</param>
internal sealed record QueryResult(
    SelectNode Select,
    IReadOnlyList<(SfRecord Record, RowVersion Version)> Rows,
    IReadOnlyList<ChildQuery> Children,
    bool IsCount,
    AggregateResult? Aggregates = null);
