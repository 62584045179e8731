using Npgsql;
using ReverseEtl.Engine.Ports;
using ReverseEtl.State.Migrations;
using ReverseEtl.State.Reports;
using ReverseEtl.State.Tables;

namespace ReverseEtl.State;

/// <summary>The state in PostgreSQL 15 or later, schema <c>retl</c>. See docs/state.md.</summary>
public sealed class PostgresStateStore : IStateStore
{
    private readonly PostgresStateOptions _options;
    // Bytes. Scans of a million pairs wait for the network less often than with the driver's 8 KB.
    private const int LeastReadBuffer = 64 * 1024;

    private readonly NpgsqlDataSource _source;
    private readonly string _endpoint;

    /// <summary>Makes one; connects when it is used.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public PostgresStateStore(PostgresStateOptions options)
    {
        _options = options;
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        builder.ConnectionStringBuilder.ApplicationName ??= "retl";
        builder.ConnectionStringBuilder.ReadBufferSize = Math.Max(builder.ConnectionStringBuilder.ReadBufferSize, LeastReadBuffer);

        // For statements of others within a transaction of the state; its own name their limit each.
        builder.ConnectionStringBuilder.CommandTimeout = Math.Max(1, (int)options.CommandTimeout.TotalSeconds);
        _source = builder.Build();
        _endpoint = $"{builder.ConnectionStringBuilder.Host}:{builder.ConnectionStringBuilder.Port}";
        Reports = new PostgresStateReports(token => OpenSessionAsync(dryRun: false, token));
    }

    /// <inheritdoc />
    public IStateReports Reports { get; }

    /// <inheritdoc />
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Migrator.RunAsync(_options.ConnectionString, cancellationToken);
        }
        catch (Exception e) when (StateFailure.IsOne(e))
        {
            throw StateFailure.Of(e, _endpoint);
        }
    }

    /// <inheritdoc />
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var session = await OpenSessionAsync(dryRun: false, cancellationToken);
        await session.ExecuteAsync("select 1", null, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IMappingState?> OpenAsync(StateOpening opening, CancellationToken cancellationToken)
    {
        var session = await OpenSessionAsync(opening.DryRun, cancellationToken);
        MappingContext? context = null;
        try
        {
            if (await Lease.TryLockAsync(session, opening.Mapping, opening.LeaseTime, cancellationToken))
            {
                context = await OpenLockedAsync(session, opening, cancellationToken);
            }
        }
        finally
        {
            if (context is null)
            {
                await GiveUpAsync(session);
            }
        }

        return context is null ? null : new MappingState(context, _options, token => OpenSessionAsync(dryRun: false, token));
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<LineMemory>> LinesAsync(string mapping, CancellationToken cancellationToken)
    {
        await using var session = await OpenSessionAsync(dryRun: false, cancellationToken);
        return await LineTable.OfAsync(session, mapping, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static Task<MappingContext?> OpenLockedAsync(Session session, StateOpening opening, CancellationToken cancellationToken) =>
        session.InTransactionAsync(
            async () =>
            {
                // Statements are short and go by key, also while a first load makes tables grow faster than statistics are gathered.
                await session.ExecuteAsync("set enable_seqscan = off; set jit = off", null, cancellationToken);
                var id = await MappingRow.IdAsync(session, opening.Mapping, cancellationToken);
                var lease = await Lease.TryTakeAsync(session, id, opening.Mapping, opening.Holder, opening.LeaseTime, cancellationToken);
                if (lease is null)
                {
                    return null;
                }

                var version = opening.Version.ToUuid();
                var row = await MappingRow.OpenAsync(session, id, opening, cancellationToken);
                var fields = await FieldNumbers.OpenAsync(session, id, opening.Fields, cancellationToken);
                await LineTable.RememberAsync(session, id, fields, opening.Lines, cancellationToken);
                return new MappingContext(session, row, version, lease, fields);
            },
            cancellationToken);

    // A connection keeps its locks when it goes back to the pool.
    private static async Task GiveUpAsync(Session session)
    {
        await using (session)
        {
            if (session.IsAlive && !session.IsDryRun)
            {
                await session.ExecuteAsync("select pg_advisory_unlock_all()", null, CancellationToken.None);
            }
        }
    }

    private Task<Session> OpenSessionAsync(bool dryRun, CancellationToken cancellationToken) =>
        Session.OpenAsync(_source, _endpoint, _options.CommandTimeout, dryRun, cancellationToken);
}
