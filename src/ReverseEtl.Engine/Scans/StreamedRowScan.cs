using System.Text;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Scans;

/// <summary>A scan over rows that are streamed whole.</summary>
/// <param name="rows">In key order.</param>
/// <param name="print">How their fingerprints are made.</param>
/// <param name="cancellationToken">Ends the stream.</param>
public sealed class StreamedRowScan(IAsyncEnumerable<WarehouseRow> rows, RowPrint print, CancellationToken cancellationToken) : IRowScan
{
    private readonly IAsyncEnumerator<WarehouseRow> _rows = rows.GetAsyncEnumerator(cancellationToken);

    /// <inheritdoc />
    public bool HasKey => Row.Key is not null;

    /// <inheritdoc />
    public ReadOnlySpan<byte> Key => Encoding.UTF8.GetBytes(Row.Key ?? "");

    /// <inheritdoc />
    public long Hash => Row.Hash;

    /// <inheritdoc />
    public Fingerprint Print => print.Of(Row.Values);

    /// <inheritdoc />
    public WarehouseRow Row => _rows.Current;

    /// <inheritdoc />
    public ValueTask<bool> NextAsync() => _rows.MoveNextAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _rows.DisposeAsync();
}
