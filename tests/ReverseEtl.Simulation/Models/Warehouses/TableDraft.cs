using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>Changes to a table that nobody sees before they are committed.</summary>
internal sealed class TableDraft
{
    private readonly Table _table;
    private readonly int[] _key;
    private readonly SortedDictionary<long, TableRow?> _changed = [];
    private readonly Dictionary<string, List<long>> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<long, TableRow> _before;

    /// <param name="table">The table.</param>
    /// <param name="key">The columns by which rows are found.</param>
    public TableDraft(Table table, int[] key)
    {
        (_table, _key) = (table, key);
        _before = table.Rows.ToDictionary(row => row.Id);
        foreach (var row in table.Rows)
        {
            Index(row);
        }
    }

    /// <summary>The rows with this key.</summary>
    public IReadOnlyList<TableRow> Find(string key) => _ids.TryGetValue(key, out var ids) ? [.. ids.Select(Row).OfType<TableRow>()] : [];

    /// <summary>All rows but those that were removed.</summary>
    public IEnumerable<TableRow> Rows => _before.Keys.Concat(_changed.Keys.Where(id => !_before.ContainsKey(id))).Select(Row).OfType<TableRow>();

    public TableRow Add(FieldValue[] cells, DateTimeOffset at) => Put(new(_table.NextId(), cells, [.. cells.Select(_ => at)]));

    public TableRow Put(TableRow row)
    {
        if (Row(row.Id) is { } old)
        {
            Forget(old);
        }

        _changed[row.Id] = row;
        Index(row);
        return row;
    }

    public void Remove(TableRow row)
    {
        Forget(row);
        _changed[row.Id] = null;
    }

    /// <summary>Makes the changes seen.</summary>
    public IReadOnlyList<WarehouseEvent> Commit(string by, DateTimeOffset at)
    {
        var events = new List<WarehouseEvent>();
        foreach (var (id, after) in _changed)
        {
            var before = _before.GetValueOrDefault(id);
            if (after is not null)
            {
                _table.Put(after);
            }
            else
            {
                _table.Remove(id);
            }

            if (Event(before, after, by, at) is { } happened)
            {
                events.Add(happened);
            }
        }

        return events;
    }

    private TableRow? Row(long id) => _changed.TryGetValue(id, out var row) ? row : _before.GetValueOrDefault(id);

    private void Index(TableRow row)
    {
        if (row.Key(_key) is not { } key)
        {
            return;
        }

        if (!_ids.TryGetValue(key, out var ids))
        {
            _ids.Add(key, ids = []);
        }

        ids.Add(row.Id);
    }

    private void Forget(TableRow row)
    {
        if (row.Key(_key) is { } key)
        {
            _ids[key].Remove(row.Id);
        }
    }

    private WarehouseEvent? Event(TableRow? before, TableRow? after, string by, DateTimeOffset at)
    {
        var cells = _table.Shape.Columns
            .Select((column, i) => new CellChange(column.Name, Cell(before, i), Cell(after, i)))
            .Where(cell => cell.Before != cell.After)
            .ToList();
        return cells.Count == 0 ? null : new(
            at,
            by,
            _table.Name,
            (before ?? after)!.Key(_key),
            (before, after) switch
            {
                (null, _) => RowChange.Insert,
                (_, null) => RowChange.Delete,
                _ => RowChange.Update,
            },
            cells);
    }

    private static FieldValue Cell(TableRow? row, int column) =>
        row is null ? FieldValue.Absent : column < row.Cells.Length ? row.Cells[column] : FieldValue.Null;
}
