using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>Changes or removes existing rows, found by their keys, if their columns still hold what is expected.</summary>
internal sealed class KeyedStatement : WriteStatement
{
    private readonly PgTable _table;
    private readonly IReadOnlyList<PgColumn> _columns;
    private readonly RowArrays _arrays = new();
    private readonly string _change;
    private readonly string _probe;

    /// <param name="table">Where to.</param>
    /// <param name="shape">Any write of the shape: its columns, and which of them are compared.</param>
    public KeyedStatement(PgTable table, WarehouseWrite shape)
    {
        _table = table;
        _columns = shape.Kind is WarehouseWriteKind.Delete ? [] : table.Relation.Select(shape.Columns.Select(column => column.Column));
        var isRow = string.Join(" AND ", table.Key.Select((column, i) => column.Type.IsKey(column.Of("t"), _arrays.Add(row => row.Key[i]))));
        var set = string.Join(", ", _columns.Select((column, i) =>
            $"{Sql.Quote(column.Name)} = {column.Type.FromText(_arrays.Add(row => column.Type.ToStore(row.Write.Columns[i].Value)))}"));
        var holds = string.Concat(_columns
            .Select((column, i) => (column, i))
            .Where(pair => shape.Columns[pair.i].Expected.IsSeen)
            .Select(pair => " AND " + pair.column.Type.Holds(
                pair.column.Of("t"), _arrays.Add(row => pair.column.Type.ToCompare(row.Write.Columns[pair.i].Expected)))));

        var source = table.Relation.Source;
        _change = shape.Kind is WarehouseWriteKind.Delete
            ? $"DELETE FROM {source} AS t USING {_arrays.Source} WHERE {isRow} RETURNING v.n"
            : $"UPDATE {source} AS t SET {set} FROM {_arrays.Source} WHERE {isRow}{holds} RETURNING v.n{ReadList(_columns, "t")}";
        _probe = $"SELECT v.n, bool_and(true{holds}) FROM {_arrays.Source} JOIN {source} AS t ON {isRow} GROUP BY v.n";
    }

    public override async Task<string?> RunAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingRow> rows, CancellationToken cancellationToken)
    {
        var left = new HashSet<int>(Enumerable.Range(0, rows.Count));
        await using (var command = _arrays.Command(_change, connection, rows))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var index = Index(reader);
                if (!left.Remove(index))
                {
                    return $"several rows of {_table.Relation.Name} have this key";
                }

                rows[index].Draft = rows[index].Outcome(WriteOutcome.Confirmed) with { Stored = ReadStored(reader, 1, _columns) };
            }
        }

        if (left.Count > 0)
        {
            await ExplainAsync(connection, left.Select(index => rows[index]).ToList(), cancellationToken);
        }

        return null;
    }

    // A row that is there and holds what was expected, and yet did not change, was kept back by the table itself.
    private async Task ExplainAsync(NpgsqlConnection connection, List<PendingRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            row.Draft = row.Outcome(WriteOutcome.Missing);
        }

        await using var command = _arrays.Command(_probe, connection, rows);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = rows[Index(reader)];
            row.Draft = reader.GetBoolean(1)
                ? row.Outcome(WriteOutcome.Rejected, $"{_table.Relation.Name} did not take the change: a trigger, rule or row policy keeps it back")
                : row.Outcome(WriteOutcome.Moved);
        }
    }

    private static int Index(NpgsqlDataReader reader) => (int)reader.GetInt64(0) - 1;
}
