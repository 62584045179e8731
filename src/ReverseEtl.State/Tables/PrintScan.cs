using System.Buffers.Binary;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.State.Tables;

/// <summary>A scan of <c>key, warehouse_print, state, row_hash</c> beside the session that settles meanwhile, in a snapshot of its own.</summary>
internal sealed class PrintScan(Func<CancellationToken, Task<Session>> another, string query, CancellationToken cancellationToken)
    : CopyScan(cancellationToken), IPrintScan
{
    private Session? _session;

    public ReadOnlySpan<byte> Key => Tuples[0];

    public Fingerprint Print => Fingerprint.FromBytes(Tuples[1]);

    public long Hash => BinaryPrimitives.ReadInt64BigEndian(Tuples[3]);

    public PairState State => (PairState)BinaryPrimitives.ReadInt16BigEndian(Tuples[2]);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }

    protected override async Task<CopyOut> OpenAsync(CancellationToken cancellationToken)
    {
        _session = await another(cancellationToken);
        var copy = await _session.CopyOutAsync(query, cancellationToken);
        return new CopyOut(copy, copy.Cancel, copy.CancelAsync);
    }

    protected override PortException? FailureOf(Exception exception) => _session?.FailureOf(exception);
}
