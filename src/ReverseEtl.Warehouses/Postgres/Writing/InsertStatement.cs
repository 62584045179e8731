using Npgsql;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>Adds rows whose keys are given.</summary>
internal sealed class InsertStatement : WriteStatement
{
    private readonly PgTable _table;
    private readonly IReadOnlyList<PgColumn> _columns;
    private readonly RowArrays _arrays = new();
    private readonly string _insert;

    public InsertStatement(PgTable table, WarehouseWrite shape)
    {
        _table = table;
        _columns = table.Relation.Select(shape.Columns.Select(column => column.Column));
        var names = new List<string>();
        var values = new List<string>();
        for (var i = 0; i < table.Key.Count; i++)
        {
            var part = i;
            names.Add(Sql.Quote(table.Key[i].Name));
            values.Add(table.Key[i].Type.FromText(_arrays.Add(row => row.Key[part])));
        }

        for (var i = 0; i < _columns.Count; i++)
        {
            var (column, place) = (_columns[i], i);
            if (!table.Key.Contains(column))
            {
                names.Add(Sql.Quote(column.Name));
                values.Add(column.Type.FromText(_arrays.Add(row => column.Type.ToStore(row.Write.Columns[place].Value))));
            }
        }

        _insert = $"INSERT INTO {table.Relation.Source} AS t ({string.Join(", ", names)}) SELECT {string.Join(", ", values)} " +
            $"FROM {_arrays.Source} ORDER BY v.n RETURNING {PgModel.KeyOf(table.Key, "t")}{ReadList(_columns, "t")}";
    }

    // What comes back carries no number of the row it came from, only the key. Where a trigger or the type changed the key, the rows
    // are written one at a time, which leaves no doubt.
    public override async Task<string?> RunAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingRow> rows, CancellationToken cancellationToken)
    {
        var left = rows.ToDictionary(row => row.Write.Key!, StringComparer.Ordinal);
        await using var command = _arrays.Command(_insert, connection, rows);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = reader.IsDBNull(0) ? null : reader.GetString(0);
            var row = rows.Count == 1 ? rows[0] : left.GetValueOrDefault(key ?? "");
            if (row is null || key is null || !left.Remove(row.Write.Key!))
            {
                return $"{_table.Relation.Name} stored the row under another key or several times";
            }

            row.Draft = new(WriteOutcome.Confirmed, key, ReadStored(reader, 1, _columns), null);
        }

        foreach (var row in left.Values)
        {
            row.Draft = row.Outcome(WriteOutcome.Rejected, $"{_table.Relation.Name} did not take the row: a trigger or rule keeps it back");
        }

        return null;
    }
}
