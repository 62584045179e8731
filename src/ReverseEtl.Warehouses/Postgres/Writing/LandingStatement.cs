using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>Puts what the CRM has now into the landing table, whatever stood there before; or marks rows deleted.</summary>
internal sealed class LandingStatement : WriteStatement
{
    private readonly IReadOnlyList<PgColumn> _columns;
    private readonly RowArrays _arrays = new();
    private readonly string _upsert;

    public LandingStatement(PgRelation table, WarehouseWrite shape)
    {
        _columns = table.Select(shape.Columns.Select(column => column.Column));
        var names = new List<string> { LandingTable.CrmIdColumn, LandingTable.DeletedColumn, LandingTable.LandedAtColumn };
        var key = _arrays.Add(row => row.Key[0]);
        var values = new List<string>
        {
            _arrays.Add(row => row.Write.CrmId),
            shape.Kind is WarehouseWriteKind.Delete ? "true" : "false",
            "clock_timestamp()",
        };
        for (var i = 0; i < _columns.Count; i++)
        {
            var (column, place) = (_columns[i], i);
            names.Add(Sql.Quote(column.Name));
            values.Add(column.Type.FromText(_arrays.Add(row => column.Type.ToStore(row.Write.Columns[place].Value))));
        }

        _upsert =
            $"INSERT INTO {table.Source} AS t ({LandingTable.KeyColumn}, {string.Join(", ", names)}) " +
            $"SELECT {key}, {string.Join(", ", values)} FROM {_arrays.Source} " +
            $"ON CONFLICT ({LandingTable.KeyColumn}) DO UPDATE SET {string.Join(", ", names.Select(name => $"{name} = excluded.{name}"))} " +
            $"RETURNING t.{LandingTable.KeyColumn}{ReadList(_columns, "t")}";
    }

    public override async Task<string?> RunAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingRow> rows, CancellationToken cancellationToken)
    {
        var left = rows.ToDictionary(row => row.Key[0], StringComparer.Ordinal);
        await using var command = _arrays.Command(_upsert, connection, rows);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (left.Remove(reader.GetString(0), out var row))
            {
                row.Draft = row.Outcome(WriteOutcome.Confirmed) with { Stored = ReadStored(reader, 1, _columns) };
            }
        }

        foreach (var row in left.Values)
        {
            row.Draft = row.Outcome(WriteOutcome.Rejected, "the landing table did not take the row: a trigger or rule keeps it back");
        }

        return null;
    }
}
