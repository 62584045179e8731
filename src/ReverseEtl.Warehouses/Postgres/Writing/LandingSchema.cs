using Npgsql;
using NpgsqlTypes;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>The schema that everything of ours in a warehouse stands in.</summary>
internal static class LandingSchema
{
    public const string Name = "crm_landing";

    // Makes daemons that start together take turns; any number that nobody else uses.
    private const long SetUpLock = 7_236_914_405_118_220;

    /// <summary>Makes or extends tables of the schema, and the schema where it is missing.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="within">The caller's transaction, if one is open.</param>
    /// <param name="statements">Each of them must do nothing where there is nothing to do.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task AddAsync(
        NpgsqlConnection connection, NpgsqlTransaction? within, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        await using var unit = await PgUnit.BeginAsync(connection, within, cancellationToken);
        var hasSchema = await LockAsync(connection, cancellationToken);
        await using var batch = new NpgsqlBatch(connection);

        // Asked for only when missing: IF NOT EXISTS wants the right to make schemas even when there is nothing to do.
        foreach (var statement in hasSchema ? statements : statements.Prepend($"CREATE SCHEMA {Name}"))
        {
            batch.BatchCommands.Add(new(statement));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
        await unit.CommitAsync(cancellationToken);
    }

    private static async Task<bool> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1), to_regnamespace($2) IS NOT NULL", connection)
        {
            Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = SetUpLock }, new() { NpgsqlDbType = NpgsqlDbType.Text, Value = Name } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(1);
    }
}
