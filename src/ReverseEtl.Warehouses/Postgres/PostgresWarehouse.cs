using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;
using ReverseEtl.Warehouses.Postgres.Writing;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A warehouse in PostgreSQL 12 or later, through Npgsql.</summary>
/// <remarks>
/// Names of tables are read as SQL reads them: <c>analytics.accounts</c> is folded to lower case and looked up in the search path,
/// <c>"Analytics"."Accounts"</c> is exact. Names of columns are always exact. Timestamps without a zone are taken as UTC. Types are
/// asked for with every call: nothing about the schema is remembered.
/// </remarks>
public sealed class PostgresWarehouse : IWarehouse
{
    private const int FindChunk = 5000;
    private const int ShownDuplicates = 5;

    // The very server process, its database, the role, and the settings that decide what names and texts mean. The state tells the same of
    // itself (MappingRow): neither may know the other, and a test holds them together.
    private const string Identity =
        """
        SELECT concat_ws('/', extract(epoch FROM pg_postmaster_start_time()), (SELECT oid FROM pg_database WHERE datname = current_database()), current_user,
                         current_setting('search_path'), current_setting('TimeZone'), current_setting('DateStyle'), current_setting('IntervalStyle'))
        """;

    // Key order is byte order in the server's encoding; only for these is that the order of UTF-8 too.
    private static readonly string[] OrderedEncodings = ["UTF8", "LATIN1", "SQL_ASCII"];

    private readonly NpgsqlDataSource _source;
    private readonly string _words;

    /// <summary>Makes one; nothing is connected yet.</summary>
    /// <param name="connectionString">As Npgsql takes it. Its command timeout is 15 minutes unless it says otherwise.</param>
    /// <exception cref="PortException">The connection string cannot be read.</exception>
    public PostgresWarehouse(string connectionString) => (_source, _words) = PgEndpoint.Open(connectionString);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken) => NowAsync(cancellationToken);

    /// <inheritdoc />
    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => OnConnectionAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return reader.GetFieldValue<DateTimeOffset>(0);
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<string?> DatabaseAsync(CancellationToken cancellationToken) => OnConnectionAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(Identity, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return (string?)reader.GetString(0);
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<StateAnchor?> ReadAnchorAsync(string mapping, CancellationToken cancellationToken) => OnConnectionAsync(
        connection => AnchorTable.ReadAsync(connection, mapping, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task WriteAnchorAsync(string mapping, StateAnchor anchor, CancellationToken cancellationToken) => OnConnectionAsync(
        connection => AnchorTable.WriteAsync(connection, mapping, anchor, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<SideSchema?> DescribeAsync(WarehouseSide side, CancellationToken cancellationToken) => OnConnectionAsync(
        async connection => (await PgRelations.FindAsync(connection, side, cancellationToken))?.ToSchema(), cancellationToken);

    /// <inheritdoc />
    public Task<SideSchema?> DescribeTableAsync(string table, CancellationToken cancellationToken) => OnConnectionAsync(
        async connection => (await PgRelations.FindTableAsync(connection, table, cancellationToken))?.ToSchema(), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> FindDuplicateKeysAsync(WarehouseSide side, CancellationToken cancellationToken) =>
        OnConnectionAsync<IReadOnlyList<string>>(
            async connection =>
            {
                var model = await ModelAsync(connection, new(side, []), cancellationToken);
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { model.ReadDuplicates(ShownDuplicates) } };
                await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
                var keys = new List<string>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    keys.Add(RecordKey.Display(reader.GetString(0)));
                }

                return keys;
            },
            cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<WarehouseRow> ReadAsync(
        WarehouseRead read, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        var model = await GuardAsync(ModelAsync(connection, read, cancellationToken));
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { model.ReadAll(since) } };
        await using var reader = await GuardAsync(batch.ExecuteReaderAsync(cancellationToken));
        var ended = false;
        try
        {
            while (true)
            {
                // Most rows are in the buffer already; only the others cost an await.
                var next = reader.ReadAsync(cancellationToken);
                if (!(next.IsCompletedSuccessfully ? next.Result : await GuardAsync(next)))
                {
                    break;
                }

                yield return ReadRow(model, reader);
            }

            ended = true;
        }
        finally
        {
            // Disposing a reader reads on to the end of the result, which could be millions of rows.
            if (!ended)
            {
                batch.Cancel();
            }
        }
    }

    /// <inheritdoc />
    public IRowScan Scan(WarehouseRead read, RowPrint print, CancellationToken cancellationToken) =>
        new PgScan(OpenScanAsync, read, print, model => model.CopyAll(), _words, cancellationToken);

    /// <inheritdoc />
    public IKeyScan ScanHashes(WarehouseRead read, CancellationToken cancellationToken) => new PgKeyScan(OpenScanAsync, read, _words, cancellationToken);

    /// <inheritdoc />
    public IDifferenceScan Compare(WarehouseRead read, RowPrint print, KnownRows known, CancellationToken cancellationToken) =>
        new PgDifferenceScan(OpenScanAsync, read, print, known, _words, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<WarehouseRow>> FindAsync(
        WarehouseRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        OnConnectionAsync<IReadOnlyList<WarehouseRow>>(
            async connection =>
            {
                var model = await ModelAsync(connection, read, cancellationToken);
                var rows = new List<WarehouseRow>(keys.Count);
                foreach (var chunk in keys.Distinct(StringComparer.Ordinal).Chunk(FindChunk))
                {
                    await FindChunkAsync(connection, model, chunk, rows, cancellationToken);
                }

                return rows;
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(
        WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, DbTransaction? within, CancellationToken cancellationToken) =>
        within is null
            ? OnConnectionAsync(connection => new RowWriter(connection, null, target, _words).WriteAsync(writes, cancellationToken), cancellationToken)
            : GuardAsync(WriteWithinAsync((NpgsqlTransaction)within, target, writes, cancellationToken));

    // Whatever fails here is undone up to here, so that the caller's transaction can go on.
    private async Task<IReadOnlyList<WarehouseWriteResult>> WriteWithinAsync(
        NpgsqlTransaction within, WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, CancellationToken cancellationToken)
    {
        var connection = within.Connection!;
        await using var unit = await PgUnit.BeginAsync(connection, within, cancellationToken);
        var results = await new RowWriter(connection, within, target, _words).WriteAsync(writes, cancellationToken);
        await unit.CommitAsync(cancellationToken);
        return results;
    }

    private static async Task FindChunkAsync(
        NpgsqlConnection connection, PgModel model, string[] keys, List<WarehouseRow> rows, CancellationToken cancellationToken)
    {
        var wanted = new Dictionary<string, string[]>(keys.Length, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (model.Parts(key) is { } parts)
            {
                wanted.Add(key, parts);
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        var before = rows.Count;
        try
        {
            await CollectAsync(model.FindTyped([.. wanted.Values]));
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            rows.RemoveRange(before, rows.Count - before);
            await CollectAsync(model.FindByText([.. wanted.Keys]));
        }

        // A type's equality may take in more than was asked for: 007 for 7, or another case.
        async Task CollectAsync(NpgsqlBatchCommand command)
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { command } };
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var row = model.Read(reader);
                if (row.Key is { } key && wanted.ContainsKey(key))
                {
                    rows.Add(row);
                }
            }
        }
    }

    private async Task<(NpgsqlConnection, PgModel)> OpenScanAsync(WarehouseRead read, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        try
        {
            return (connection, await GuardAsync(ModelAsync(connection, read, cancellationToken)));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<PgModel> ModelAsync(NpgsqlConnection connection, WarehouseRead read, CancellationToken cancellationToken) =>
        new(await PgRelations.GetAsync(connection, read.Side, cancellationToken), read);

    private WarehouseRow ReadRow(PgModel model, NpgsqlDataReader reader)
    {
        try
        {
            return model.Read(reader);
        }
        catch (Exception e) when (PgErrors.ToPort(e, _words) is { } port)
        {
            throw port;
        }
    }

    private async Task<T> OnConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return await GuardAsync(work(connection));
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await GuardAsync(_source.OpenConnectionAsync(cancellationToken).AsTask());
        if (connection.PostgresParameters.TryGetValue("server_encoding", out var encoding) && !OrderedEncodings.Contains(encoding))
        {
            await connection.DisposeAsync();
            throw new PortException(
                PortTrouble.Refused,
                $"Postgres {_words}: the database's encoding is {encoding}; keys can be read in a fixed order only in {string.Join(", ", OrderedEncodings)}.");
        }

        return connection;
    }

    private async Task<T> GuardAsync<T>(Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (Exception e) when (PgErrors.ToPort(e, _words) is { } port)
        {
            throw port;
        }
    }
}
