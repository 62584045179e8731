using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>A table that is written in place, each row only if it still holds what is expected.</summary>
internal sealed class InPlaceTarget(WarehouseMemory memory, Table table, IReadOnlyList<string> key) : IWriteTarget
{
    public Table Table => table;

    public int[] Key { get; } = [.. key.Select(table.Column)];

    public WarehouseWriteResult Write(TableDraft draft, WarehouseWrite write) => write switch
    {
        { Kind: WarehouseWriteKind.Insert } => Insert(draft, write),
        { Key: null } => Rejected(write, "the row to change has no key"),
        { Kind: WarehouseWriteKind.Delete } => Delete(draft, write, draft.Find(write.Key)),
        { Columns.Count: 0 } => Rejected(write, "the write names no column"),
        _ => Update(draft, write, draft.Find(write.Key)),
    };

    private WarehouseWriteResult Update(TableDraft draft, WarehouseWrite write, IReadOnlyList<TableRow> rows)
    {
        if (rows.Count == 0)
        {
            return new(WriteOutcome.Missing, write.Key, null, null);
        }

        var standing = rows.Where(row => write.Columns.All(column => IsAsExpected(row, column))).ToList();
        if (standing.Count != 1)
        {
            return standing.Count == 0 ? new(WriteOutcome.Moved, write.Key, null, null) : Several(write);
        }

        var (values, problem) = RowRules.Spell(table, write.Columns.Select(column => (column.Column, column.Value)));
        if (problem is not null)
        {
            return Rejected(write, problem);
        }

        if (table.Shape is { StampsEngineWrites: true, ChangedAt: { } stamp })
        {
            values.Add((table.Column(stamp), FieldValue.Of(Instants.Format(Micros.Stored(memory.Now)))));
        }

        return Store(draft, write, standing[0], standing[0].With(values, memory.Now));
    }

    private WarehouseWriteResult Delete(TableDraft draft, WarehouseWrite write, IReadOnlyList<TableRow> rows)
    {
        if (rows.Count != 1)
        {
            return rows.Count == 0 ? new(WriteOutcome.Missing, write.Key, null, null) : Several(write);
        }

        draft.Remove(rows[0]);
        return new(WriteOutcome.Confirmed, write.Key, [], null);
    }

    private WarehouseWriteResult Insert(TableDraft draft, WarehouseWrite write)
    {
        if (write.Key is null && !table.Shape.MakesKeys)
        {
            return Rejected(write, $"{table.Name} makes no key of its own");
        }

        var parts = write.Key is null ? [table.MakeKey()] : Key.Length == 1 ? [write.Key] : RecordKey.Split(write.Key);
        var names = key.ToHashSet(StringComparer.Ordinal);
        var (values, problem) = RowRules.Spell(
            table,
            key.Zip(parts, (name, part) => (name, FieldValue.Of(part)))
                .Concat(write.Columns.Where(column => !names.Contains(column.Column)).Select(column => (column.Column, column.Value))));
        if (parts.Length != Key.Length || problem is not null)
        {
            return Rejected(write, problem ?? $"the key does not fit the key columns of {table.Name}");
        }

        var row = new TableRow(table.NextId(), RowRules.Blank(table, memory.Now), [.. table.Shape.Columns.Select(_ => memory.Now)]).With(values, memory.Now);
        return Store(draft, write, null, row);
    }

    private WarehouseWriteResult Store(TableDraft draft, WarehouseWrite write, TableRow? before, TableRow row)
    {
        if (RowRules.Refuse(table, draft, memory.Refusals, before, row) is { } reason)
        {
            return Rejected(write, reason);
        }

        draft.Put(row);
        return new(WriteOutcome.Confirmed, row.Key(Key), [.. write.Columns.Select(column => row.Cells[table.Column(column.Column)])], null);
    }

    private bool IsAsExpected(TableRow row, ColumnWrite write)
    {
        var column = table.Column(write.Column);
        return !write.Expected.IsSeen || CellForm.Holds(table.Shape.Columns[column], row.Cells[column], write.Expected);
    }

    private WarehouseWriteResult Several(WarehouseWrite write) => Rejected(write, $"several rows of {table.Name} have this key");

    private static WarehouseWriteResult Rejected(WarehouseWrite write, string reason) => new(WriteOutcome.Rejected, write.Key, null, reason);
}
