using System.Data.Common;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>One process's way to a <see cref="WarehouseMemory"/>. Everything it asks passes its gate. Knows tables and models, no queries.</summary>
/// <param name="memory">What is durable.</param>
/// <param name="gate">What lies between; null for nothing.</param>
public sealed class InMemoryWarehouse(WarehouseMemory memory, IIoGate? gate = null) : IWarehouse
{
    /// <summary>Rows in one page of a stream: few, so that streams break off in the middle of small sets too.</summary>
    private const int Page = 8;

    private const int ShownDuplicates = 5;

    private readonly GatedIo _io = new(gate ?? OpenGate.Instance);

    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken) => AskAsync("warehouse.check", () => 0, cancellationToken);

    /// <inheritdoc />
    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => AskAsync("warehouse.now", () => memory.Now, cancellationToken);

    /// <inheritdoc />
    public Task<string?> DatabaseAsync(CancellationToken cancellationToken) => AskAsync("warehouse.database", () => memory.Database, cancellationToken);

    /// <inheritdoc />
    public Task<StateAnchor?> ReadAnchorAsync(string mapping, CancellationToken cancellationToken) =>
        AskAsync("warehouse.read-anchor", () => memory.Anchor(mapping), cancellationToken);

    /// <inheritdoc />
    public Task WriteAnchorAsync(string mapping, StateAnchor anchor, CancellationToken cancellationToken) =>
        _io.RunAsync("warehouse.write-anchor", () => memory.Remember(mapping, anchor), cancellationToken);

    /// <inheritdoc />
    public Task<SideSchema?> DescribeAsync(WarehouseSide side, CancellationToken cancellationToken) =>
        AskAsync("warehouse.describe", () => Find(side)?.Describe(), cancellationToken);

    /// <inheritdoc />
    public Task<SideSchema?> DescribeTableAsync(string table, CancellationToken cancellationToken) =>
        AskAsync("warehouse.describe-table", () => FindTable(table)?.Describe(), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> FindDuplicateKeysAsync(WarehouseSide side, CancellationToken cancellationToken) => AskAsync<IReadOnlyList<string>>(
        "warehouse.duplicates",
        () =>
        {
            var model = new Model(Get(side), new(side, []));
            return [.. model.Keys().GroupBy(key => key, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key)
                .Order(Utf8Order.Instance).Take(ShownDuplicates).Select(RecordKey.Display)];
        },
        cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<WarehouseRow> ReadAsync(WarehouseRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        StreamAsync("warehouse.read", read, since, cancellationToken);

    /// <inheritdoc />
    public IKeyScan ScanHashes(WarehouseRead read, CancellationToken cancellationToken) =>
        new StreamedKeyScan(StreamAsync("warehouse.hashes", read, null, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<WarehouseRow>> FindAsync(WarehouseRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        AskAsync("warehouse.find", () => new Model(Get(read.Side), read).Find(keys), cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(
        WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, DbTransaction? within, CancellationToken cancellationToken) =>
        new RowWriter(memory, _io, target).WriteAsync(writes, within as MemoryTransaction, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IAsyncEnumerable<WarehouseRow> StreamAsync(
        string operation, WarehouseRead read, DateTimeOffset? since, CancellationToken cancellationToken) => _io.StreamAsync(
        operation,
        Page,
        () =>
        {
            memory.CommitDue();
            return new Model(Get(read.Side), read).Read(since);
        },
        cancellationToken);

    private Table Get(WarehouseSide side) =>
        Find(side) ?? throw new PortException(PortTrouble.Refused, $"There is no table or view {side.Source}, or this user may not see it.");

    private Table? Find(WarehouseSide side) => side.Kind switch
    {
        SourceKind.Table => FindTable(side.Source),
        SourceKind.Dbt => memory.FindModel(side.Source) switch
        {
            [] => null,
            [var only] => only,
            var several => throw new PortException(
                PortTrouble.Refused, $"The dbt model '{side.Source}' is in several schemas: {string.Join(", ", several.Select(table => table.Name))}."),
        },
        _ => throw new PortException(PortTrouble.Refused, "A simulated warehouse runs no queries."),
    };

    private Table? FindTable(string name) => memory.Find(name) is { IsHidden: false } table ? table : null;

    private Task<T> AskAsync<T>(string operation, Func<T> ask, CancellationToken cancellationToken) => _io.RunAsync(
        operation,
        () =>
        {
            memory.CommitDue();
            return ask();
        },
        cancellationToken);
}
