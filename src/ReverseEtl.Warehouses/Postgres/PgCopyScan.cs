using Npgsql;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Opens a model for a scan, on a connection of its own.</summary>
internal delegate Task<(NpgsqlConnection Connection, PgModel Model)> PgOpening(WarehouseRead read, CancellationToken cancellationToken);

/// <summary>A scan of a model. The key is the first column; what follows is up to the query.</summary>
internal abstract class PgCopyScan(
    PgOpening open, WarehouseRead read, Func<PgModel, string> query, string endpoint, CancellationToken cancellationToken)
    : CopyScan(cancellationToken), IKeyScan
{
    private NpgsqlConnection? _connection;
    private PgModel? _model;

    protected PgModel Model => _model!;

    public bool HasKey => !Tuples.IsNull(0);

    public virtual ReadOnlySpan<byte> Key => Tuples[0];

    public abstract long Hash { get; }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    protected override async Task<CopyOut> OpenAsync(CancellationToken cancellationToken)
    {
        (_connection, _model) = await open(read, cancellationToken);
        var copy = await _connection.BeginRawBinaryCopyAsync($"COPY ({query(_model)}) TO STDOUT (FORMAT binary)", cancellationToken);
        return new CopyOut(copy, copy.Cancel, copy.CancelAsync);
    }

    protected override PortException? FailureOf(Exception exception) => PgErrors.ToPort(exception, endpoint);
}
