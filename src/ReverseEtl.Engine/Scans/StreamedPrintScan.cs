using System.Text;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Scans;

/// <summary>A scan over pairs that are streamed one by one.</summary>
/// <param name="prints">In key order.</param>
/// <param name="cancellationToken">Ends the stream.</param>
public sealed class StreamedPrintScan(IAsyncEnumerable<PairPrint> prints, CancellationToken cancellationToken) : IPrintScan
{
    private readonly IAsyncEnumerator<PairPrint> _prints = prints.GetAsyncEnumerator(cancellationToken);

    /// <inheritdoc />
    public ReadOnlySpan<byte> Key => Encoding.UTF8.GetBytes(_prints.Current.Key);

    /// <inheritdoc />
    public Fingerprint Print => _prints.Current.WarehousePrint;

    /// <inheritdoc />
    public long Hash => _prints.Current.RowHash;

    /// <inheritdoc />
    public PairState State => _prints.Current.State;

    /// <inheritdoc />
    public ValueTask<bool> NextAsync() => _prints.MoveNextAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _prints.DisposeAsync();
}
