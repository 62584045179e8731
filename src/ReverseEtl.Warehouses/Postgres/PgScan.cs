using Npgsql;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A scan by binary COPY: nothing is made of a row but its fingerprint, unless the row itself is asked for.</summary>
internal class PgScan(
    Func<WarehouseRead, CancellationToken, Task<(NpgsqlConnection, PgModel)>> open, WarehouseRead read, RowPrint print,
    Func<PgModel, string> query, string endpoint, CancellationToken cancellationToken) : IRowScan
{
    private readonly PrintBuffer _buffer = new();
    private NpgsqlConnection? _connection;
    private NpgsqlRawCopyStream? _stream;
    private CopyTuples? _tuples;
    private PgModel? _model;
    private bool _ended;

    protected CopyTuples Tuples => _tuples!;

    protected PgModel Model => _model!;

    public bool HasKey => !Tuples.IsNull(0);

    public virtual ReadOnlySpan<byte> Key => Tuples[0];

    public Fingerprint Print => Model.Print(Tuples, print, _buffer);

    public long Hash => Model.Hash(Tuples, print);

    public WarehouseRow Row => Model.Read(Tuples, print);

    public async ValueTask<bool> NextAsync()
    {
        try
        {
            _tuples ??= await BeginAsync();
            _ended = !await _tuples.NextAsync(cancellationToken);
            return !_ended;
        }
        catch (Exception e) when (PgErrors.ToPort(e, endpoint) is { } port)
        {
            _ended = true;
            throw port;
        }
    }

    public async ValueTask DisposeAsync()
    {
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

        _buffer.Dispose();
    }

    private async Task<CopyTuples> BeginAsync()
    {
        (_connection, _model) = await open(read, cancellationToken);
        _stream = await _connection.BeginRawBinaryCopyAsync($"COPY ({query(_model)}) TO STDOUT (FORMAT binary)", cancellationToken);
        return new CopyTuples(_stream);
    }
}
