using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>
/// A data engineer, or a job of theirs. Every call is a transaction of its own. One that commits late is seen late, while its row says that
/// it changed when the transaction began, as <c>now()</c> does in Postgres. What the warehouse refuses at the commit does not happen.
/// </summary>
public sealed class WarehouseUser
{
    private readonly WarehouseMemory _memory;
    private readonly string _name;
    private readonly TimeSpan _commitsAfter;

    internal WarehouseUser(WarehouseMemory memory, string name, TimeSpan commitsAfter) => (_memory, _name, _commitsAfter) = (memory, name, commitsAfter);

    /// <summary>Adds a row.</summary>
    public void Insert(string table, params IReadOnlyList<(string Column, string? Value)> cells) => Edit(table, [KeyIn(table, cells)], (rows, now, draft) =>
    {
        var row = new TableRow(rows.NextId(), RowRules.Blank(rows, now), [.. rows.Shape.Columns.Select(_ => now)]);
        Store(rows, draft, null, row.With(Spell(rows, cells), now));
    });

    /// <summary>Sets cells of the rows with the key; nothing happens when there are none.</summary>
    public void Update(string table, string key, params IReadOnlyList<(string Column, string? Value)> cells) => Edit(table, [key], (rows, now, draft) =>
    {
        foreach (var row in draft.Find(key))
        {
            Store(rows, draft, row, row.With(Stamped(rows, cells, now), now));
        }
    });

    /// <summary>Removes the rows with the key.</summary>
    public void Delete(string table, string key) => Edit(table, [key], (_, _, draft) =>
    {
        foreach (var row in draft.Find(key))
        {
            draft.Remove(row);
        }
    });

    /// <summary>Gives the rows with the key another one.</summary>
    public void Rekey(string table, string key, string newKey) => Edit(table, [key, newKey], (rows, now, draft) =>
    {
        var parts = rows.Shape.Key.Zip(RecordKey.Split(newKey), (column, part) => (column, (string?)part)).ToList();
        foreach (var row in draft.Find(key))
        {
            Store(rows, draft, row, row.With(Stamped(rows, parts, now), now));
        }
    });

    private void Edit(string table, IReadOnlyList<string> keys, Action<Table, DateTimeOffset, TableDraft> change)
    {
        var rows = _memory.Get(table);
        var began = _memory.Now;
        _memory.Add(new PendingEdit(began + _commitsAfter, rows, keys, _name, draft => change(rows, began, draft)));
    }

    private void Store(Table table, TableDraft draft, TableRow? before, TableRow row)
    {
        if (RowRules.Refuse(table, draft, _memory.Refusals, before, row) is null)
        {
            draft.Put(row);
        }
    }

    private static List<(int Column, FieldValue Value)> Stamped(Table table, IReadOnlyList<(string Column, string? Value)> cells, DateTimeOffset began)
    {
        var values = Spell(table, cells);
        if (table.Shape.ChangedAt is { } stamp && !cells.Any(cell => cell.Column == stamp))
        {
            values.Add((table.Column(stamp), FieldValue.Of(Instants.Format(Micros.Stored(began)))));
        }

        return values;
    }

    private static List<(int Column, FieldValue Value)> Spell(Table table, IReadOnlyList<(string Column, string? Value)> cells)
    {
        var (values, problem) = RowRules.Spell(table, cells.Select(cell => (cell.Column, FieldValue.Of(cell.Value))));
        return problem is null ? values : throw new ArgumentException($"Table {table.Name} takes no such row: {problem}.");
    }

    // A row without a key is touched by nobody else.
    private string KeyIn(string table, IReadOnlyList<(string Column, string? Value)> cells)
    {
        var parts = _memory.Get(table).Shape.Key.Select(column => cells.FirstOrDefault(cell => cell.Column == column).Value ?? "");
        return string.Join(RecordKey.Separator, parts);
    }
}
