using Npgsql;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>A table or view that is written in place.</summary>
internal sealed class PgTable : IWriteTable
{
    private readonly Dictionary<string, WriteStatement> _statements = new(StringComparer.Ordinal);

    private PgTable(PgRelation relation, IReadOnlyList<string> key) => (Relation, Key) = (relation, relation.Select(key));

    public PgRelation Relation { get; }

    public IReadOnlyList<PgColumn> Key { get; }

    public static async Task<PgTable> OpenAsync(NpgsqlConnection connection, WarehouseTarget target, CancellationToken cancellationToken)
    {
        var relation = await PgRelations.FindTableAsync(connection, target.Table!, cancellationToken)
            ?? throw PgRelations.NotThere(SourceKind.Table, target.Table!);
        return new(relation, target.Key);
    }

    public WriteStatement? Prepare(PendingRow row)
    {
        var write = row.Write;
        row.Result = Decide(row);
        if (row.Result is not null)
        {
            return null;
        }

        var shape = $"{write.Kind} {write.Key is null} {string.Join('\0', write.Columns.Select(column => $"{column.Column}\0{column.Expected.IsSeen}"))}";
        if (!_statements.TryGetValue(shape, out var statement))
        {
            statement = write switch
            {
                { Kind: WarehouseWriteKind.Insert, Key: null } => new KeylessInsertStatement(this, write),
                { Kind: WarehouseWriteKind.Insert } => new InsertStatement(this, write),
                _ => new KeyedStatement(this, write),
            };
            _statements.Add(shape, statement);
        }

        return statement;
    }

    // What cannot be sent is decided here; so is a key that no row can have, because its cast would fail the whole statement.
    private WarehouseWriteResult? Decide(PendingRow row)
    {
        var write = row.Write;
        if (RowReasons.Unstorable(write, Relation) is { } reason)
        {
            return row.Outcome(WriteOutcome.Rejected, reason);
        }

        if (write.Key is null)
        {
            return write.Kind is WarehouseWriteKind.Insert ? null : row.Outcome(WriteOutcome.Rejected, "the row to change has no key");
        }

        row.Key = Key.Count == 1 ? [write.Key] : RecordKey.Split(write.Key);
        var possible = row.Key.Length == Key.Count && row.Key.Zip(Key).All(pair => pair.Second.Type.CanBeKey(pair.First));
        if (!possible)
        {
            return write.Kind is WarehouseWriteKind.Insert
                ? row.Outcome(WriteOutcome.Rejected, $"the key does not fit the key columns of {Relation.Name}")
                : row.Outcome(WriteOutcome.Missing);
        }

        return write is { Kind: WarehouseWriteKind.Update, Columns.Count: 0 }
            ? row.Outcome(WriteOutcome.Rejected, "the write names no column")
            : null;
    }
}
