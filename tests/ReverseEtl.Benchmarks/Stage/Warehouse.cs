using System.Globalization;
using Npgsql;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Sandbox.Postgres;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>A private Postgres that holds model and state, tuned as plainly as anybody would tune a small warehouse.</summary>
internal sealed class Warehouse : IAsyncDisposable
{
    // A twentieth of a small server's memory for pages; as much of the log between two checkpoints as a bulk load writes; sorts of a
    // million keys in memory. All else as it comes: durable, checksums, autovacuum.
    private const int SharedBuffersMb = 1024;

    private static readonly string[] Settings =
        ["max_wal_size = '8GB'", "checkpoint_timeout = '30min'", "work_mem = '256MB'", "maintenance_work_mem = '512MB'"];

    private readonly PrivatePostgres _server;

    private Warehouse(PrivatePostgres server) => _server = server;

    /// <summary>Starts it; the cluster stays in the folder and is used again.</summary>
    public static async Task<Warehouse> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var warehouse = new Warehouse(await PrivatePostgres.StartAsync(new(folder, SharedBuffersMb: SharedBuffersMb), cancellationToken));
        foreach (var setting in Settings)
        {
            await warehouse.SqlAsync("postgres", $"alter system set {setting}", cancellationToken);
        }

        await warehouse.SqlAsync("postgres", "select pg_reload_conf()", cancellationToken);
        return warehouse;
    }

    /// <summary>Seconds of processor time that the server has taken so far, with everything it started.</summary>
    public double Cpu => ProcessFigures.CpuOfFamily(int.Parse(File.ReadLines(Path.Combine(_server.Folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture));

    /// <summary>How to connect to a database.</summary>
    public string ConnectionString(string database) => _server.ConnectionString(database);

    /// <summary>The same for libpq.</summary>
    public string Address(string database) => $"postgresql://{PrivatePostgres.User}@127.0.0.1:{_server.Port}/{database}";

    /// <summary>Whether there is such a database.</summary>
    public async Task<bool> HasAsync(string database, CancellationToken cancellationToken) =>
        await AskAsync<long>("postgres", $"select count(*) from pg_database where datname = '{database}'", cancellationToken) > 0;

    /// <summary>Makes a database anew, empty or as a copy of another one.</summary>
    public async Task MakeAsync(string database, CancellationToken cancellationToken, string template = "template0")
    {
        await DropAsync(database, cancellationToken);
        await SqlAsync("postgres", $"create database {database} template {template}", cancellationToken);
    }

    /// <summary>Drops a database, if there is one.</summary>
    public Task DropAsync(string database, CancellationToken cancellationToken) =>
        SqlAsync("postgres", $"drop database if exists {database} with (force)", cancellationToken);

    /// <summary>Runs statements.</summary>
    public async Task SqlAsync(string database, string sql, CancellationToken cancellationToken) =>
        await AskAsync<object>(database, sql, cancellationToken);

    /// <summary>The first value of the first row.</summary>
    public async Task<T> AskAsync<T>(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
