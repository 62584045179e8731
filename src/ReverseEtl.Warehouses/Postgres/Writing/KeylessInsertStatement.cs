using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>
/// Adds rows whose keys the table makes: a statement a row, sent together, because Postgres does not promise that the rows of one
/// INSERT come back in their order.
/// </summary>
internal sealed class KeylessInsertStatement : WriteStatement
{
    private readonly PgTable _table;
    private readonly IReadOnlyList<PgColumn> _columns;
    private readonly string _insert;

    public KeylessInsertStatement(PgTable table, WarehouseWrite shape)
    {
        _table = table;
        _columns = table.Relation.Select(shape.Columns.Select(column => column.Column));
        var values = _columns.Count == 0
            ? "DEFAULT VALUES"
            : $"({string.Join(", ", _columns.Select(column => Sql.Quote(column.Name)))}) " +
              $"VALUES ({string.Join(", ", _columns.Select((column, i) => column.Type.FromText($"${i + 1}")))})";
        _insert = $"INSERT INTO {table.Relation.Source} AS t {values} RETURNING {PgModel.KeyOf(table.Key, "t")}{ReadList(_columns, "t")}";
    }

    public override async Task<string?> RunAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingRow> rows, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var row in rows)
        {
            batch.BatchCommands.Add(Command(row));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var row in rows)
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                row.Draft = row.Outcome(WriteOutcome.Rejected, $"{_table.Relation.Name} did not take the row: a trigger or rule keeps it back");
            }
            else if (reader.IsDBNull(0))
            {
                return $"{_table.Relation.Name} makes no key of its own";
            }
            else
            {
                row.Draft = new(WriteOutcome.Confirmed, reader.GetString(0), ReadStored(reader, 1, _columns), null);
            }

            await reader.NextResultAsync(cancellationToken);
        }

        return null;
    }

    private NpgsqlBatchCommand Command(PendingRow row)
    {
        var command = new NpgsqlBatchCommand(_insert);
        for (var i = 0; i < _columns.Count; i++)
        {
            command.Parameters.Add(new()
            {
                NpgsqlDbType = NpgsqlDbType.Text,
                Value = (object?)_columns[i].Type.ToStore(row.Write.Columns[i].Value) ?? DBNull.Value,
            });
        }

        return command;
    }
}
