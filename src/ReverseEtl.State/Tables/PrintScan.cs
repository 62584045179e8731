using System.Buffers.Binary;
using Npgsql;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.State.Tables;

/// <summary>A scan of <c>key, warehouse_print, state, row_hash</c> beside the session that settles meanwhile, in a snapshot of its own.</summary>
internal sealed class PrintScan(Func<CancellationToken, Task<Session>> another, string query, CancellationToken cancellationToken) : IPrintScan
{
    private Session? _session;
    private NpgsqlRawCopyStream? _stream;
    private CopyTuples? _tuples;
    private bool _ended;

    public ReadOnlySpan<byte> Key => _tuples![0];

    public Fingerprint Print => Fingerprint.FromBytes(_tuples![1]);

    public long Hash => BinaryPrimitives.ReadInt64BigEndian(_tuples![3]);

    public PairState State => (PairState)BinaryPrimitives.ReadInt16BigEndian(_tuples![2]);

    public async ValueTask<bool> NextAsync()
    {
        if (_tuples is null)
        {
            _session = await another(cancellationToken);
            _stream = await _session.CopyOutAsync(query, cancellationToken);
            _tuples = new CopyTuples(_stream);
        }

        try
        {
            _ended = !await _tuples.NextAsync(cancellationToken);
            return !_ended;
        }
        catch (Exception e) when (_session!.FailureOf(e) is { } failure)
        {
            _ended = true;
            throw failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            // Else closing the stream would read all that is left.
            await (_ended ? Task.CompletedTask : _stream.CancelAsync());
            await _stream.DisposeAsync();
        }

        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }
}
