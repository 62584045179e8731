using Npgsql;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>A statement for rows of one shape: the same kind of write to the same columns.</summary>
internal abstract class WriteStatement
{
    /// <summary>
    /// Writes the rows inside the caller's transaction and drafts every row's result. A text in return says why the transaction must
    /// not be committed; for a single row it is the reason of its rejection.
    /// </summary>
    public abstract Task<string?> RunAsync(NpgsqlConnection connection, IReadOnlyList<PendingRow> rows, CancellationToken cancellationToken);

    protected static FieldValue[] ReadStored(NpgsqlDataReader reader, int from, IReadOnlyList<PgColumn> columns)
    {
        var stored = new FieldValue[columns.Count];
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = PgReader.Read(reader, from + i, columns[i]);
        }

        return stored;
    }

    protected static string ReadList(IReadOnlyList<PgColumn> columns, string alias) =>
        string.Concat(columns.Select(column => $", {column.Type.Read(column.Of(alias))}"));
}
