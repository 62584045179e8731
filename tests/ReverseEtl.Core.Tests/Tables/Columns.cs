namespace ReverseEtl.Core.Tests.Tables;

/// <summary>Makes few lines of many: rows that differ in one column only become one.</summary>
internal static class Columns
{
    /// <summary>Merges along the columns given, one after the other, and writes the rows in order.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="any">Lists of alternatives that are all there are, so that one word says it.</param>
    /// <param name="along">Numbers of columns.</param>
    public static IReadOnlyList<string> Lines(IEnumerable<string[]> rows, IReadOnlyCollection<string> any, params IEnumerable<int> along)
    {
        var merged = along.Aggregate(rows, (some, column) => Merge(some, any, column));
        return [.. merged.Select(row => string.Join(" | ", row)).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string[]> Merge(IEnumerable<string[]> rows, IReadOnlyCollection<string> any, int column) => rows
        .GroupBy(row => string.Join('\n', row.Where((_, i) => i != column)), StringComparer.Ordinal)
        .Select(group =>
        {
            var row = (string[])group.First().Clone();
            var alternatives = string.Join(" or ", group.Select(r => r[column]).Distinct());
            row[column] = any.Contains(alternatives) ? "any" : alternatives;
            return row;
        });
}
