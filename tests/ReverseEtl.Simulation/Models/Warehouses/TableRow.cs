using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>One row. Never changed in place.</summary>
/// <param name="Id">Which row, whatever its key becomes.</param>
/// <param name="Cells">One value a column.</param>
/// <param name="Times">When each cell got its value.</param>
internal sealed record TableRow(long Id, FieldValue[] Cells, DateTimeOffset[] Times)
{
    /// <summary>The key over these columns; null when a part is empty.</summary>
    public string? Key(int[] columns)
    {
        if (columns.Length == 1)
        {
            return Cells[columns[0]].Text;
        }

        var parts = Array.ConvertAll(columns, column => Cells[column].Text);
        return Array.Exists(parts, part => part is null) ? null : RecordKey.Join(parts!);
    }

    /// <summary>The row with these values written, also those that were there already.</summary>
    public TableRow With(IEnumerable<(int Column, FieldValue Value)> values, DateTimeOffset at)
    {
        var (cells, times) = (Cells.ToArray(), Times.ToArray());
        foreach (var (column, value) in values)
        {
            (cells[column], times[column]) = (value, at);
        }

        return new(Id, cells, times);
    }
}
