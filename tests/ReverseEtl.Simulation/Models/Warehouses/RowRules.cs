using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>What a table makes of a row that somebody wants to store, and what it does not take.</summary>
internal static class RowRules
{
    /// <summary>The values as their columns store them.</summary>
    public static (List<(int Column, FieldValue Value)> Values, string? Problem) Spell(Table table, IEnumerable<(string Column, FieldValue Value)> cells)
    {
        var values = new List<(int, FieldValue)>();
        foreach (var (name, value) in cells)
        {
            var column = table.Column(name);
            var (stored, problem) = CellForm.Store(table.Shape.Columns[column], value);
            if (problem is not null)
            {
                return ([], $"column '{name}': {problem}");
            }

            values.Add((column, stored));
        }

        return (values, null);
    }

    /// <summary>The cells of a new row of which nothing is said yet.</summary>
    public static FieldValue[] Blank(Table table, DateTimeOffset now) =>
        [.. table.Shape.Columns.Select(column => column.Name == table.Shape.ChangedAt ? FieldValue.Of(Instants.Format(Micros.Stored(now))) : FieldValue.Of(column.Default))];

    /// <summary>Why the table does not take the row, or null.</summary>
    public static string? Refuse(Table table, TableDraft draft, IReadOnlyList<RowRefusal> refusals, TableRow? before, TableRow row)
    {
        var shape = table.Shape;
        for (var i = 0; i < shape.Columns.Count; i++)
        {
            var (column, cell) = (shape.Columns[i], row.Cells[i]);
            if (cell.IsNull && (column.IsRequired || (shape.IsKeyUnique && shape.Key.Contains(column.Name))))
            {
                return $"column \"{column.Name}\" may not be empty";
            }

            if (refusals.FirstOrDefault(rule => rule.Table == table.Name && rule.Column == column.Name && rule.Value == cell.Text) is { } refusal)
            {
                return $"column '{column.Name}': {refusal.Reason}";
            }

            if (column.IsUnique && !cell.IsNull && before?.Cells[i] != cell && draft.Rows.Any(other => other.Id != row.Id && other.Cells[i] == cell))
            {
                return $"column '{column.Name}': the value is there already";
            }
        }

        var key = table.KeyColumns;
        return key.Length > 0 && shape.IsKeyUnique && before?.Key(key) != row.Key(key) && draft.Rows.Any(other => other.Id != row.Id && other.Key(key) == row.Key(key))
            ? "a row with this key is there already"
            : null;
    }
}
