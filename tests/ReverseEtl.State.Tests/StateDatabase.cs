using Npgsql;
using ReverseEtl.Sandbox.Postgres;

namespace ReverseEtl.State.Tests;

/// <summary>One migrated database a test class.</summary>
public sealed class StateDatabase : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public PostgresStateStore Store { get; private set; } = null!;

    public string ConnectionString => _database.ConnectionString;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        Store = new(new(ConnectionString));
        await Store.MigrateAsync(default);
    }

    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Asks the database directly: the first column of all rows.</summary>
    public async Task<List<object>> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetValue(0));
        }

        return rows;
    }
}
