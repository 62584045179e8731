using System.Data.Common;
using System.Runtime.CompilerServices;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Reads the real warehouse and only pretends to write: every write is confirmed as sent, and what is read afterwards shows it. A landing
/// table does not change the model. Rows that would be new are shown where they are asked for by key: no cycle streams the model after it.
/// </summary>
internal sealed class RehearsedWarehouse(IWarehouse warehouse) : IWarehouse
{
    private readonly Dictionary<string, Dictionary<string, FieldValue>> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inserted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    public Task CheckAsync(CancellationToken cancellationToken) => warehouse.CheckAsync(cancellationToken);

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => warehouse.NowAsync(cancellationToken);

    // Nothing is written that could share a transaction.
    public Task<string?> DatabaseAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<StateAnchor?> ReadAnchorAsync(string mapping, CancellationToken cancellationToken) => warehouse.ReadAnchorAsync(mapping, cancellationToken);

    public Task WriteAnchorAsync(string mapping, StateAnchor anchor, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<SideSchema?> DescribeAsync(WarehouseSide side, CancellationToken cancellationToken) => warehouse.DescribeAsync(side, cancellationToken);

    public Task<SideSchema?> DescribeTableAsync(string table, CancellationToken cancellationToken) => warehouse.DescribeTableAsync(table, cancellationToken);

    public Task<IReadOnlyList<string>> FindDuplicateKeysAsync(WarehouseSide side, CancellationToken cancellationToken) =>
        warehouse.FindDuplicateKeysAsync(side, cancellationToken);

    public async IAsyncEnumerable<WarehouseRow> ReadAsync(
        WarehouseRead read, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in warehouse.ReadAsync(read, since, cancellationToken))
        {
            if (row.Key is null || !_deleted.Contains(row.Key))
            {
                yield return Shown(read, row);
            }
        }
    }

    // A cycle reads the whole model before it writes the first row.
    public IRowScan Scan(WarehouseRead read, RowPrint print, CancellationToken cancellationToken) => _written.Count + _deleted.Count == 0
        ? warehouse.Scan(read, print, cancellationToken)
        : new StreamedRowScan(ReadAsync(read, null, cancellationToken), print, cancellationToken);

    public IKeyScan? ScanHashes(WarehouseRead read, CancellationToken cancellationToken) =>
        _written.Count + _deleted.Count == 0 ? warehouse.ScanHashes(read, cancellationToken) : null;

    // What a rehearsal settles does not show to the warehouse.
    public IDifferenceScan? Compare(WarehouseRead read, RowPrint print, KnownRows known, CancellationToken cancellationToken) => null;

    public async Task<IReadOnlyList<WarehouseRow>> FindAsync(WarehouseRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var rows = await warehouse.FindAsync(read, keys, cancellationToken);
        var added = keys.Where(_inserted.Contains).Select(key => new WarehouseRow(key, [.. read.Columns.Select(_ => FieldValue.Null)], null));
        return [.. rows.Where(r => !_deleted.Contains(r.Key!)).Concat(added).Select(r => Shown(read, r))];
    }

    public Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(
        WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, DbTransaction? within, CancellationToken cancellationToken)
    {
        if (target.Table is not null)
        {
            writes.ToList().ForEach(Pretend);
        }

        return Task.FromResult<IReadOnlyList<WarehouseWriteResult>>([.. writes.Select(w =>
            new WarehouseWriteResult(WriteOutcome.Confirmed, w.Key ?? w.CrmId, [.. w.Columns.Select(c => c.Value)], null))]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Pretend(WarehouseWrite write)
    {
        var key = write.Key ?? write.CrmId;
        _ = write.Kind switch
        {
            WarehouseWriteKind.Insert => _inserted.Add(key),
            WarehouseWriteKind.Delete => _deleted.Add(key),
            _ => false,
        };
        if (!_written.TryGetValue(key, out var columns))
        {
            _written.Add(key, columns = new Dictionary<string, FieldValue>(StringComparer.Ordinal));
        }

        foreach (var column in write.Columns)
        {
            columns[column.Column] = column.Value;
        }
    }

    private WarehouseRow Shown(WarehouseRead read, WarehouseRow row) =>
        row.Key is { } key && _written.TryGetValue(key, out var columns)
            ? row with { Values = [.. read.Columns.Select((c, i) => columns.TryGetValue(c, out var written) ? written : row.Values[i])], Hash = 0 }
            : row;
}
