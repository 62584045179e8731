using System.Runtime.InteropServices;
using Npgsql;

namespace ReverseEtl.Sandbox.Postgres;

/// <summary>
/// A database of its own for one test class, dropped on disposal. It is made on the server named by <c>RETL_TEST_POSTGRES</c> (the
/// connection string of a superuser) or, without that, on one private cluster a process, which ends with the process.
/// </summary>
/// <example>
/// <code>
/// public sealed class Database : IAsyncLifetime // xunit's; use it as IClassFixture
/// {
///     public TestDatabase Value { get; private set; } = null!;
///     public async Task InitializeAsync() => Value = await TestDatabase.CreateAsync();
///     public async Task DisposeAsync() => await Value.DisposeAsync();
/// }
/// </code>
/// </example>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>The environment variable that names an existing server.</summary>
    public const string ServerVariable = "RETL_TEST_POSTGRES";

    private const string FolderPrefix = "retl-test-";
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);
    private static readonly Lazy<Task<string>> Server = new(FindServerAsync);
    private static readonly List<PosixSignalRegistration> Signals = [];
    private static int _count;

    private readonly string _server;

    private TestDatabase(string server, string name)
    {
        _server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>The database's name.</summary>
    public string Name { get; }

    /// <summary>How to connect to it as superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>Makes an empty database: UTF-8, collation "C".</summary>
    public static async Task<TestDatabase> CreateAsync(CancellationToken cancellationToken = default)
    {
        var server = await Server.Value;
        var database = new TestDatabase(server, $"retl_test_{Environment.ProcessId}_{Interlocked.Increment(ref _count)}");
        await database.OnServerAsync($"DROP DATABASE IF EXISTS {database.Name} WITH (FORCE)", cancellationToken);
        await database.OnServerAsync($"CREATE DATABASE {database.Name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'", cancellationToken);
        return database;
    }

    /// <summary>Drops it, ending whatever is still connected.</summary>
    public async ValueTask DisposeAsync()
    {
        await OnServerAsync($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)", CancellationToken.None);
        await using var pooled = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(pooled);
    }

    private async Task OnServerAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<string> FindServerAsync()
    {
        if (Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } given)
        {
            return given;
        }

        await SweepAsync();
        var folder = Directory.CreateTempSubdirectory(FolderPrefix);
        if (!OperatingSystem.IsWindows())
        {
            // The server's account must be able to enter; the data inside is for it alone.
            const UnixFileMode ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(folder.FullName, ours | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        var cluster = await PrivatePostgres.StartAsync(new(folder.FullName, Durable: false), CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.Discard();

        // Since .NET 10 a process that is told to end by a signal does not come by ProcessExit.
        Signals.AddRange(new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, _ => cluster.Discard())));
        return cluster.ConnectionString("postgres");
    }

    // A test run that was killed could not stop its server.
    private static async Task SweepAsync()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            var age = TimeProvider.System.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder);
            if (age > Stale && IsOurs(folder) && await PrivatePostgres.RemoveAbandonedAsync(folder, CancellationToken.None))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static bool IsOurs(string folder)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(folder, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
