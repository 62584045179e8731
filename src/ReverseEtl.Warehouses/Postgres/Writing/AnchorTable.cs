using Npgsql;
using NpgsqlTypes;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>The table <c>crm_landing._anchor</c>: for every mapping, which state worked on it last and how far that had come.</summary>
internal static class AnchorTable
{
    private const string Name = $"{LandingSchema.Name}._anchor";

    private const string Create =
        $"CREATE TABLE IF NOT EXISTS {Name} (mapping text PRIMARY KEY, state uuid NOT NULL, last_run bigint NOT NULL, at timestamptz NOT NULL)";

    private const string Write =
        $"""
         INSERT INTO {Name} (mapping, state, last_run, at) VALUES ($1, $2, $3, clock_timestamp())
         ON CONFLICT (mapping) DO UPDATE SET state = excluded.state, last_run = excluded.last_run, at = excluded.at
         """;

    public static async Task<StateAnchor?> ReadAsync(NpgsqlConnection connection, string mapping, CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(connection, cancellationToken))
        {
            return null;
        }

        await using var command = new NpgsqlCommand($"SELECT state, last_run FROM {Name} WHERE mapping = $1", connection) { Parameters = { Text(mapping) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new StateAnchor(reader.GetGuid(0), reader.GetInt64(1)) : null;
    }

    public static async Task<int> WriteAsync(NpgsqlConnection connection, string mapping, StateAnchor anchor, CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(connection, cancellationToken))
        {
            await LandingSchema.AddAsync(connection, within: null, [Create], cancellationToken);
        }

        await using var command = new NpgsqlCommand(Write, connection)
        {
            Parameters =
            {
                Text(mapping),
                new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = anchor.State },
                new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = anchor.LastRun },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { Text(Name) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0);
    }

    private static NpgsqlParameter Text(string value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = value };
}
