using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Reads the real warehouse and only pretends to write: every write is confirmed as sent.</summary>
internal sealed class RehearsedWarehouse(IWarehouse warehouse) : IWarehouse
{
    public Task CheckAsync(CancellationToken cancellationToken) => warehouse.CheckAsync(cancellationToken);

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => warehouse.NowAsync(cancellationToken);

    public Task<SideSchema?> DescribeAsync(WarehouseSide side, CancellationToken cancellationToken) => warehouse.DescribeAsync(side, cancellationToken);

    public Task<SideSchema?> DescribeTableAsync(string table, CancellationToken cancellationToken) => warehouse.DescribeTableAsync(table, cancellationToken);

    public Task<IReadOnlyList<string>> FindDuplicateKeysAsync(WarehouseSide side, CancellationToken cancellationToken) =>
        warehouse.FindDuplicateKeysAsync(side, cancellationToken);

    public IAsyncEnumerable<WarehouseRow> ReadAsync(WarehouseRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        warehouse.ReadAsync(read, since, cancellationToken);

    public Task<IReadOnlyList<WarehouseRow>> FindAsync(WarehouseRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        warehouse.FindAsync(read, keys, cancellationToken);

    public Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(
        WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<WarehouseWriteResult>>([.. writes.Select(w =>
            new WarehouseWriteResult(WriteOutcome.Confirmed, w.Key ?? w.CrmId, [.. w.Columns.Select(c => c.Value)], null))]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
