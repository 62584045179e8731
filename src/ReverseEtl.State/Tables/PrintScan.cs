using System.Buffers.Binary;
using Npgsql;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
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
        catch (Exception e) when (Broken(e) is { } failure)
        {
            throw failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _tuples?.Dispose();
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

    private async ValueTask<bool> FirstAsync()
    {
        _session = await another(cancellationToken);
        _stream = await _session.CopyOutAsync(query, cancellationToken);
        _tuples = new CopyTuples(_stream, _stream.Cancel, cancellationToken);
        try
        {
            _ended = !await _tuples.FirstAsync();
            return !_ended;
        }
        catch (Exception e) when (Broken(e) is { } failure)
        {
            throw failure;
        }
    }

    // Whatever broke it, there is nothing left to cancel.
    private PortException? Broken(Exception e)
    {
        _ended = true;
        return _session!.FailureOf(e);
    }
}
