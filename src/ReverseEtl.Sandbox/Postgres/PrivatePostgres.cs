using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ReverseEtl.Sandbox.Postgres;

/// <summary>
/// A PostgreSQL cluster of our own below a folder, reachable from this machine only and without a password: for the demo, rehearsals
/// and tests. Needs PostgreSQL's programs. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Whoever starts a cluster first runs it and stops it on disposal; a second start, from this or another process, attaches and stops
/// nothing. A server that a killed process left behind is stopped and started anew. Data stays in the folder.
/// </remarks>
public sealed class PrivatePostgres : IAsyncDisposable
{
    /// <summary>The superuser of the cluster.</summary>
    public const string User = "postgres";

    private const int PortTries = 5;
    private readonly PrivatePostgresOptions _options;
    private readonly ClusterFolder _folder;
    private readonly PostgresBinaries _binaries;
    private readonly RunAs _server;
    private FileStream? _lock;

    private PrivatePostgres(PrivatePostgresOptions options, ClusterFolder folder, PostgresBinaries binaries, RunAs server, FileStream? ownership, int port)
    {
        _options = options;
        _folder = folder;
        _binaries = binaries;
        _server = server;
        _lock = ownership;
        Port = port;
    }

    /// <summary>The port on the loopback address.</summary>
    public int Port { get; }

    /// <summary>Where the cluster really is: the folder asked for, or one below the temporary path when the server's account cannot reach that.</summary>
    public string Folder => _folder.Path;

    /// <summary>Whether this one runs the cluster, or only uses one that another runs.</summary>
    public bool IsOwner => _lock is not null;

    /// <summary>Starts the cluster, making it first when it is not there, or attaches to the one that runs.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or would not start; the message says what to do.</exception>
    public static async Task<PrivatePostgres> StartAsync(PrivatePostgresOptions options, CancellationToken cancellationToken)
    {
        var server = RunAs.Choose();
        var folder = await ClusterFolder.ReachableAsync(options.Folder, server, cancellationToken);
        var binaries = PostgresBinaries.Find(folder.Version);
        var started = options.Clock.GetTimestamp();
        while (options.Clock.GetElapsedTime(started) < options.Patience)
        {
            if (folder.TryLock() is { } ownership)
            {
                var port = 0;
                try
                {
                    await folder.CreateClusterAsync(binaries, server, options.Durable, cancellationToken);
                    port = await LaunchAsync(options, folder, binaries, server, cancellationToken);
                }
                finally
                {
                    if (port == 0)
                    {
                        await ownership.DisposeAsync();
                    }
                }

                return new(options, folder, binaries, server, ownership, port);
            }

            if (folder.ReadyPort() is { } running)
            {
                return new(options, folder, binaries, server, null, running);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), options.Clock, cancellationToken);
        }

        throw new InvalidOperationException(
            $"Another process has been starting the PostgreSQL cluster in {folder.Path} for {options.Patience}; see {folder.Log}.");
    }

    /// <summary>How to connect as superuser.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = IPAddress.Loopback.ToString(),
        Port = Port,
        Username = User,
        Database = database,
    }.ConnectionString;

    /// <summary>Makes a database unless there is one of that name.</summary>
    public async Task CreateDatabaseAsync(string name, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
        try
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // UniqueViolation: two of us made it at the same moment. Either way it is there now, which is what was asked for.
            return;
        }
    }

    /// <summary>Stops the cluster when this one runs it. Data stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _lock, null) is not { } ownership)
        {
            return;
        }

        await using (ownership)
        {
            await StopAsync(_options, _folder, _binaries, _server, CancellationToken.None);
        }
    }

    /// <summary>Stops the cluster at once and removes its folder, without waiting; goes on when this process ends. For tests.</summary>
    internal void Discard()
    {
        if (Interlocked.Exchange(ref _lock, null) is { } ownership)
        {
            var stop = _server.Command(_binaries.PgCtl, "stop", "-D", _folder.Data, "-m", "immediate", "-s", "-w");
            RunAs.Ourselves.Start(["/bin/sh", "-c", "\"$@\"; rm -rf \"$0\"", _folder.Path, .. stop]).Dispose();
            ownership.Dispose();
        }
    }

    /// <summary>Stops a server that a dead process left behind; false when a living process still runs the cluster.</summary>
    internal static async Task<bool> RemoveAbandonedAsync(string path, CancellationToken cancellationToken)
    {
        var folder = new ClusterFolder(path);
        await using var ownership = folder.TryLock();
        if (ownership is null)
        {
            return false;
        }

        await StopAsync(new(path), folder, PostgresBinaries.Find(folder.Version), RunAs.Choose(), cancellationToken);
        return true;
    }

    private static async Task<int> LaunchAsync(
        PrivatePostgresOptions options, ClusterFolder folder, PostgresBinaries binaries, RunAs server, CancellationToken cancellationToken)
    {
        if (folder.IsRunning())
        {
            await StopAsync(options, folder, binaries, server, cancellationToken);
        }

        var said = "";
        for (var attempt = 0; attempt < (options.Port is null ? PortTries : 1); attempt++)
        {
            var port = options.Port ?? FreePort();
            string[] start =
                [binaries.PgCtl, "start", "-D", folder.Data, "-l", folder.Log, "-s", "-w", "-t", Seconds(options), "-o", Settings(options, port)];
            (var code, said) = await server.RunAsync(start, cancellationToken);
            if (code == 0)
            {
                return port;
            }
        }

        throw new InvalidOperationException($"The private PostgreSQL server did not start: {said}\n{await TailAsync(folder.Log, cancellationToken)}");
    }

    private static async Task StopAsync(
        PrivatePostgresOptions options, ClusterFolder folder, PostgresBinaries binaries, RunAs server, CancellationToken cancellationToken)
    {
        foreach (var mode in (string[])["fast", "immediate"])
        {
            if (!folder.IsRunning())
            {
                return;
            }

            await server.RunAsync([binaries.PgCtl, "stop", "-D", folder.Data, "-m", mode, "-s", "-w", "-t", Seconds(options)], cancellationToken);
        }

        if (folder.IsRunning())
        {
            throw new InvalidOperationException($"The private PostgreSQL server in {folder.Path} did not stop; see {folder.Log}.");
        }
    }

    private static string Settings(PrivatePostgresOptions options, int port) => string.Join(
        ' ',
        $"-c port={port}",
        "-c listen_addresses=127.0.0.1",
        "-c unix_socket_directories=''",
        $"-c shared_buffers={options.SharedBuffersMb}MB",
        options.Durable ? "" : "-c fsync=off -c synchronous_commit=off -c full_page_writes=off");

    private static string Seconds(PrivatePostgresOptions options) =>
        Math.Max(1, (long)options.Patience.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    // Somebody else may take it before the server does; then the start fails and another is tried.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> TailAsync(string log, CancellationToken cancellationToken) =>
        File.Exists(log) ? string.Join('\n', (await File.ReadAllLinesAsync(log, cancellationToken)).TakeLast(10)) : "";
}
