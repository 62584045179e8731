using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>A table as a mapping reads it.</summary>
internal sealed class Model(Table table, WarehouseRead read)
{
    private readonly int[] _key = [.. read.Side.Key.Select(table.Column)];
    private readonly int[] _columns = [.. read.Columns.Select(table.Column)];
    private readonly int? _changedAt = read.Side.ChangedAt is { } name ? table.Column(name) : null;

    public IEnumerable<string> Keys() => table.Rows.Select(row => row.Key(_key)).OfType<string>();

    /// <summary>All rows, or those that changed since, in key order.</summary>
    public IReadOnlyList<WarehouseRow> Read(DateTimeOffset? since)
    {
        var rows = table.Rows.AsEnumerable();
        if (since is { } from)
        {
            var floor = Floor(from);
            rows = rows.Where(row => ChangedAt(row) >= floor);
        }

        return [.. WarehouseMemory.InOrder(rows, _key).Select(Read)];
    }

    public IReadOnlyList<WarehouseRow> Find(IReadOnlyList<string> keys)
    {
        var wanted = keys.ToHashSet(StringComparer.Ordinal);
        return [.. table.Rows.Where(row => row.Key(_key) is { } key && wanted.Contains(key)).Select(Read)];
    }

    private WarehouseRow Read(TableRow row)
    {
        var values = Array.ConvertAll(_columns, column => row.Cells[column]);
        return new(row.Key(_key), values, ChangedAt(row)) { Hash = read.HashSeed is { } seed ? HashOf(values, seed) : 0 };
    }

    // Of what the cells hold, not of what that means to anybody.
    private static long HashOf(FieldValue[] values, long seed) =>
        (long)(Fingerprint.OfText($"{seed}{string.Concat(values.Select(value => $"\u001f{value.Text?.Length}\u001e{value.Text}"))}").Bits >> 65) | 1;

    private DateTimeOffset? ChangedAt(TableRow row) =>
        _changedAt is { } column && row.Cells[column].Text is { } text && Instants.TryInstant(text, out var at) ? at : null;

    // A column of days says of no row that it changed before midnight.
    private DateTimeOffset Floor(DateTimeOffset since)
    {
        var column = _changedAt is { } at
            ? table.Shape.Columns[at]
            : throw new PortException(PortTrouble.Refused, $"The mapping of {table.Name} names no changed_at column.");
        return column.Type.Kind switch
        {
            FieldKind.Timestamp => Micros.Stored(since),
            FieldKind.Date => new DateTimeOffset(since.UtcDateTime.Date, TimeSpan.Zero),
            _ => throw new PortException(PortTrouble.Refused, $"Column '{column.Name}' is no timestamp; changed_at must be a timestamp or a date."),
        };
    }
}
