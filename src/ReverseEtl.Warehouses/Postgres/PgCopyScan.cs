using Npgsql;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Opens a model for a scan, on a connection of its own.</summary>
internal delegate Task<(NpgsqlConnection Connection, PgModel Model)> PgOpening(WarehouseRead read, CancellationToken cancellationToken);

/// <summary>A scan by binary COPY. The key is the first column; what follows is up to the query.</summary>
internal abstract class PgCopyScan(
    PgOpening open, WarehouseRead read, Func<PgModel, string> query, string endpoint, CancellationToken cancellationToken) : IKeyScan
{
    private NpgsqlConnection? _connection;
    private NpgsqlRawCopyStream? _stream;
    private CopyTuples? _tuples;
    private PgModel? _model;
    private bool _ended;

    protected CopyTuples Tuples => _tuples!;

    protected PgModel Model => _model!;

    public bool HasKey => !Tuples.IsNull(0);

    public virtual ReadOnlySpan<byte> Key => Tuples[0];

    public abstract long Hash { get; }

    public ValueTask<bool> NextAsync()
    {
        if (_tuples is null)
        {
            return FirstAsync();
        }

        try
        {
            _ended = !_tuples.Next();
            return new(!_ended);
        }
        catch (Exception e) when (Broken(e) is { } port)
        {
            throw port;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        _tuples?.Dispose();
        if (_stream is not null)
        {
            // Else closing the stream would read all that is left, which could be millions of rows.
            await (_ended ? Task.CompletedTask : _stream.CancelAsync());
            await _stream.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private async ValueTask<bool> FirstAsync()
    {
        try
        {
            (_connection, _model) = await open(read, cancellationToken);
            _stream = await _connection.BeginRawBinaryCopyAsync($"COPY ({query(_model)}) TO STDOUT (FORMAT binary)", cancellationToken);
            _tuples = new CopyTuples(_stream, _stream.Cancel, cancellationToken);
            _ended = !await _tuples.FirstAsync();
            return !_ended;
        }
        catch (Exception e) when (Broken(e) is { } port)
        {
            throw port;
        }
    }

    // Whatever broke it, there is nothing left to cancel.
    private PortException? Broken(Exception e)
    {
        _ended = true;
        return PgErrors.ToPort(e, endpoint);
    }
}
