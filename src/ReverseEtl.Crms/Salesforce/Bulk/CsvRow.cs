namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>One row of a CSV answer; valid until the next is asked for.</summary>
/// <param name="columns">The places of the columns, by name without case.</param>
/// <param name="cells">The cell at a place; null when the row is too short.</param>
internal readonly struct CsvRow(IReadOnlyDictionary<string, int> columns, Func<int, string?> cells)
{
    /// <summary>The text of a column; null when there is no such column.</summary>
    public string? this[string column] => columns.TryGetValue(column, out var at) ? cells(at) : null;
}
