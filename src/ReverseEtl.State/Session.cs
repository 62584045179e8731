using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State;

/// <summary>
/// One connection, and for a dry run the one transaction around everything. Driver exceptions leave it as <see cref="PortException"/>.
/// Not safe for concurrent use.
/// </summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction? _whole;
    private readonly string _endpoint;
    private readonly int _timeout;
    private bool _inTransaction;

    private Session(NpgsqlConnection connection, NpgsqlTransaction? whole, string endpoint, TimeSpan timeout)
    {
        _connection = connection;
        _whole = whole;
        _endpoint = endpoint;
        _timeout = Math.Max(1, (int)timeout.TotalSeconds);
        _inTransaction = whole is not null;
    }

    /// <summary>Whether all of it is undone at the end.</summary>
    public bool IsDryRun => _whole is not null;

    /// <summary>Whether the connection still stands; the locks of a session are gone with it.</summary>
    public bool IsAlive => _connection.FullState.HasFlag(ConnectionState.Open);

    public static async Task<Session> OpenAsync(NpgsqlDataSource source, string endpoint, TimeSpan timeout, bool dryRun, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(cancellationToken);
            var whole = dryRun ? await connection.BeginTransactionAsync(cancellationToken) : null;
            return new(connection, whole, endpoint, timeout);
        }
        catch (Exception e) when (StateFailure.IsOne(e))
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw StateFailure.Of(e, endpoint);
        }
    }

    public Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        GuardAsync(() => _connection.ExecuteAsync(Command(sql, parameters, cancellationToken)));

    /// <summary>The first column of the first row; default when there is no row.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        GuardAsync(async () =>
        {
            await using var reader = await _connection.ExecuteReaderAsync(Command(sql, parameters, cancellationToken));
            return await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken) ? reader.GetFieldValue<T>(0) : default;
        });

    public Task<List<T>> QueryAsync<T>(string sql, object? parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        GuardAsync(async () =>
        {
            await using var reader = await _connection.ExecuteReaderAsync(Command(sql, parameters, cancellationToken));
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        });

    /// <summary>Begins to copy a query's rows out (see <see cref="Engine.Scans.CopyTuples"/>). Nothing else may use the session until the stream is disposed.</summary>
    public Task<NpgsqlRawCopyStream> CopyOutAsync(string query, CancellationToken cancellationToken) =>
        GuardAsync(() => _connection.BeginRawBinaryCopyAsync($"copy ({query}) to stdout (format binary)", cancellationToken));

    /// <summary>The port's exception for one that a stream of this session threw; null when it is none of the database's.</summary>
    public PortException? FailureOf(Exception exception) => StateFailure.IsOne(exception) ? StateFailure.Of(exception, _endpoint) : null;

    /// <summary>Copies rows into a table or its named columns.</summary>
    public Task ImportAsync<T>(string target, IReadOnlyCollection<T> rows, Func<NpgsqlBinaryImporter, T, Task> write, CancellationToken cancellationToken) =>
        rows.Count == 0 ? Task.CompletedTask : GuardAsync(async () =>
        {
            await using var importer = await _connection.BeginBinaryImportAsync($"copy {target} from stdin (format binary)", cancellationToken);
            foreach (var row in rows)
            {
                await importer.StartRowAsync(cancellationToken);
                await write(importer, row);
            }

            return await importer.CompleteAsync(cancellationToken);
        });

    /// <summary>Runs work in a transaction of its own, or within the one of the dry run.</summary>
    public Task<T> InTransactionAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) =>
        _inTransaction ? work() : InTransactionAsync(_ => work(), cancellationToken);

    /// <summary>The same for work that others take part in.</summary>
    /// <exception cref="InvalidOperationException">One is open already; in a dry run it always is.</exception>
    public async Task<T> InTransactionAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        if (_inTransaction)
        {
            throw new InvalidOperationException("A transaction of the state is open already; nobody else may take part in it.");
        }

        await using var transaction = await GuardAsync(async () => await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken));
        _inTransaction = true;
        try
        {
            var result = await work(transaction);
            await GuardAsync(async () =>
            {
                await transaction.CommitAsync(cancellationToken);
                return 0;
            });
            return result;
        }
        finally
        {
            _inTransaction = false;
        }
    }

    /// <summary>Undoes a dry run and gives the connection back; its locks go with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await using (_connection)
        {
            await (_whole?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        if (!IsAlive)
        {
            // Dapper would open it again, without the locks that the session had.
            throw new PortException(PortTrouble.Unavailable, $"The connection to the state database at {_endpoint} was lost.");
        }

        try
        {
            return await work();
        }
        catch (Exception e) when (StateFailure.IsOne(e))
        {
            throw StateFailure.Of(e, _endpoint);
        }
    }

    private CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: _timeout, cancellationToken: cancellationToken);
}
