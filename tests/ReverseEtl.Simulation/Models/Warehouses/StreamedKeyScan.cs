using System.Text;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>Of rows that are streamed one by one, keys and hashes.</summary>
internal sealed class StreamedKeyScan(IAsyncEnumerable<WarehouseRow> rows, CancellationToken cancellationToken) : IKeyScan
{
    private readonly IAsyncEnumerator<WarehouseRow> _rows = rows.GetAsyncEnumerator(cancellationToken);

    public bool HasKey => _rows.Current.Key is not null;

    public ReadOnlySpan<byte> Key => Encoding.UTF8.GetBytes(_rows.Current.Key ?? "");

    public long Hash => _rows.Current.Hash;

    public ValueTask<bool> NextAsync() => _rows.MoveNextAsync();

    public ValueTask DisposeAsync() => _rows.DisposeAsync();
}
