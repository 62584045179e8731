using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>A row of a simulated table as a checker sees it.</summary>
/// <param name="Key">Its key; null when a part of it is empty.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Cells">One value a column.</param>
public sealed record RowView(string? Key, IReadOnlyList<string> Columns, IReadOnlyList<FieldValue> Cells)
{
    /// <summary>The value in a column.</summary>
    public FieldValue this[string column] => Columns.Index().First(name => name.Item == column) is var found ? Cells[found.Index] : default;
}
