using System.Data;
using Npgsql;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>Work that counts as a whole or not at all: a transaction of its own, or a savepoint of the caller's. Undone unless committed.</summary>
internal sealed class PgUnit : IAsyncDisposable
{
    // One name serves units within units: Postgres takes the latest savepoint of the name.
    private const string Savepoint = "retl_unit";

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly bool _isOwn;
    private bool _committed;

    private PgUnit(NpgsqlConnection connection, NpgsqlTransaction transaction, bool isOwn) =>
        (_connection, _transaction, _isOwn) = (connection, transaction, isOwn);

    public static async Task<PgUnit> BeginAsync(NpgsqlConnection connection, NpgsqlTransaction? within, CancellationToken cancellationToken)
    {
        if (within is not null)
        {
            await within.SaveAsync(Savepoint, cancellationToken);
            return new(connection, within, isOwn: false);
        }

        // An UPDATE that had to wait for another transaction checks its conditions again only at this level.
        return new(connection, await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken), isOwn: true);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await (_isOwn ? _transaction.CommitAsync(cancellationToken) : _transaction.ReleaseAsync(Savepoint, cancellationToken));
        _committed = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOwn)
        {
            await _transaction.DisposeAsync();
        }
        else if (!_committed && _connection.FullState.HasFlag(ConnectionState.Open))
        {
            await _transaction.RollbackAsync(Savepoint, CancellationToken.None);
            await _transaction.ReleaseAsync(Savepoint, CancellationToken.None);
        }
    }
}
