using System.Data.Common;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Integration.Support;

/// <summary>Passes everything on and remembers what was written.</summary>
public sealed class CountingWarehouse(IWarehouse warehouse) : IWarehouse
{
    public List<WarehouseWrite> Done { get; } = [];

    /// <summary>How often all rows were read.</summary>
    public int WholeScans { get; private set; }

    /// <summary>Keys of rows that were asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Runs before rows are written.</summary>
    public Action OnWrite { get; set; } = () => { };

    /// <summary>Runs when rows were written.</summary>
    public Action AfterWrite { get; set; } = () => { };

    public Task CheckAsync(CancellationToken cancellationToken) => warehouse.CheckAsync(cancellationToken);

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => warehouse.NowAsync(cancellationToken);

    /// <summary>Whether it pretends to be another database than the state's.</summary>
    public bool IsApart { get; init; }

    public Task<string?> DatabaseAsync(CancellationToken cancellationToken) =>
        IsApart ? Task.FromResult<string?>(null) : warehouse.DatabaseAsync(cancellationToken);

    public Task<StateAnchor?> ReadAnchorAsync(string mapping, CancellationToken cancellationToken) => warehouse.ReadAnchorAsync(mapping, cancellationToken);

    public Task WriteAnchorAsync(string mapping, StateAnchor anchor, CancellationToken cancellationToken) =>
        warehouse.WriteAnchorAsync(mapping, anchor, cancellationToken);

    public Task<SideSchema?> DescribeAsync(WarehouseSide side, CancellationToken cancellationToken) => warehouse.DescribeAsync(side, cancellationToken);

    public Task<SideSchema?> DescribeTableAsync(string table, CancellationToken cancellationToken) => warehouse.DescribeTableAsync(table, cancellationToken);

    public Task<IReadOnlyList<string>> FindDuplicateKeysAsync(WarehouseSide side, CancellationToken cancellationToken) =>
        warehouse.FindDuplicateKeysAsync(side, cancellationToken);

    public IAsyncEnumerable<WarehouseRow> ReadAsync(WarehouseRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        warehouse.ReadAsync(read, since, cancellationToken);

    public IRowScan Scan(WarehouseRead read, RowPrint print, CancellationToken cancellationToken)
    {
        WholeScans++;
        return warehouse.Scan(read, print, cancellationToken);
    }

    public IKeyScan? ScanHashes(WarehouseRead read, CancellationToken cancellationToken) => warehouse.ScanHashes(read, cancellationToken);

    public IDifferenceScan? Compare(WarehouseRead read, RowPrint print, KnownRows known, CancellationToken cancellationToken) =>
        warehouse.Compare(read, print, known, cancellationToken);

    public Task<IReadOnlyList<WarehouseRow>> FindAsync(WarehouseRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        Asked.AddRange(keys);
        return warehouse.FindAsync(read, keys, cancellationToken);
    }

    public async Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(
        WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, DbTransaction? within, CancellationToken cancellationToken)
    {
        OnWrite();
        Done.AddRange(writes);
        var results = await warehouse.WriteAsync(target, writes, within, cancellationToken);
        AfterWrite();
        return results;
    }

    public ValueTask DisposeAsync() => warehouse.DisposeAsync();
}
