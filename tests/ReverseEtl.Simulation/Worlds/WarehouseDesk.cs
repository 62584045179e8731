using System.Data.Common;
using System.Globalization;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Models;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>TEMP</summary>
public sealed class WarehouseDesk(TimeProvider time, Swarm swarm) : IWarehouseDesk
{
    private readonly Dictionary<string, SortedDictionary<string, Row>> _tables = Table.All.ToDictionary(t => t.Name, _ => new SortedDictionary<string, Row>(StringComparer.Ordinal));
    private readonly Dictionary<string, StateAnchor> _anchors = [];
    private readonly Random _random = new(swarm.Seed);

    public sealed record Row(string?[] Values, DateTimeOffset ChangedAt, DateTimeOffset VisibleAt)
    {
        public Row? Older { get; init; }
        public bool Gone { get; init; }
    }

    public IWarehouse Open(IIoGate gate) => new Port(this, gate);

    public IReadOnlyList<RowSight> Look(Table table) => [.. _tables[table.Name].Where(r => !r.Value.Gone).Select(r => new RowSight(r.Key, r.Value.Values))];

    public void Insert(Table table, string key, IReadOnlyDictionary<string, string?> values) =>
        Put(table, key, [.. table.Columns.Select(c => values.GetValueOrDefault(c.Name))], null);

    public void Update(Table table, string key, string column, string? value)
    {
        var row = _tables[table.Name][key];
        var values = (string?[])row.Values.Clone();
        values[table.Columns.Index().First(c => c.Item.Name == column).Index] = value;
        Put(table, key, values, row);
    }

    public void Delete(Table table, string key) => _tables[table.Name].Remove(key);

    public void Rekey(Table table, string key, string another)
    {
        var row = _tables[table.Name][key];
        _tables[table.Name].Remove(key);
        Put(table, another, row.Values, null);
    }

    public void Build()
    {
    }

    private void Put(Table table, string key, string?[] values, Row? older)
    {
        var now = time.GetUtcNow();
        var lag = swarm.CommitLag * _random.NextDouble();
        _tables[table.Name][key] = new Row(values, now, now + lag) { Older = older is null ? null : Visible(older, now) };
    }

    private static Row? Visible(Row? row, DateTimeOffset now)
    {
        while (row is not null && row.VisibleAt > now)
        {
            row = row.Older;
        }

        return row;
    }

    private sealed class Port(WarehouseDesk desk, IIoGate gate) : IWarehouse
    {
        private DateTimeOffset Now => desk.NowUtc();

        public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => RunAsync("warehouse.now", () => Now);

        public Task<string?> DatabaseAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public Task<StateAnchor?> ReadAnchorAsync(string mapping, CancellationToken cancellationToken) => RunAsync<StateAnchor?>("warehouse.anchor", () => desk._anchors.GetValueOrDefault(mapping));

        public Task WriteAnchorAsync(string mapping, StateAnchor anchor, CancellationToken cancellationToken) => RunAsync("warehouse.anchor", () => desk._anchors[mapping] = anchor);

        public Task<SideSchema?> DescribeAsync(WarehouseSide side, CancellationToken cancellationToken) => RunAsync("warehouse.describe", () => (SideSchema?)Schema(side.Source));

        public Task<SideSchema?> DescribeTableAsync(string table, CancellationToken cancellationToken) => RunAsync("warehouse.describe", () => (SideSchema?)Schema(table));

        public Task<IReadOnlyList<string>> FindDuplicateKeysAsync(WarehouseSide side, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

        public async IAsyncEnumerable<WarehouseRow> ReadAsync(WarehouseRead read, DateTimeOffset? since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var rows = await RunAsync("warehouse.read", () => desk._tables[read.Side.Source].Select(r => (r.Key, Row: Visible(r.Value, Now)))
                .Where(r => r.Row is not null && (since is null || r.Row.ChangedAt >= since)).Select(r => Of(read, r.Key, r.Row!))
                .OrderBy(r => r.Key!, Comparer<string>.Create(RecordKey.Compare)).ToList());
            foreach (var row in rows)
            {
                yield return row;
            }
        }

        public Task<IReadOnlyList<WarehouseRow>> FindAsync(WarehouseRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
            RunAsync<IReadOnlyList<WarehouseRow>>("warehouse.find", () => [.. keys.Where(k => desk._tables[read.Side.Source].TryGetValue(k, out var r) && Visible(r, Now) is not null)
                .Select(k => Of(read, k, Visible(desk._tables[read.Side.Source][k], Now)!))]);

        public Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(WarehouseTarget target, IReadOnlyList<WarehouseWrite> writes, DbTransaction? within, CancellationToken cancellationToken) =>
            RunAsync<IReadOnlyList<WarehouseWriteResult>>("warehouse.write", () => [.. writes.Select(w => Write(target, w))]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private WarehouseWriteResult Write(WarehouseTarget target, WarehouseWrite write)
        {
            if (target.Table is null)
            {
                return new(WriteOutcome.Confirmed, write.Key, [.. write.Columns.Select(c => c.Value)], null);
            }

            var table = Table.Of(target.Table);
            var rows = desk._tables[target.Table];
            if (write.Kind is WarehouseWriteKind.Insert)
            {
                if (write.Key is null || rows.ContainsKey(write.Key))
                {
                    return new(WriteOutcome.Rejected, write.Key, null, "no key or a key that is taken");
                }

                desk.Put(table, write.Key, [.. table.Columns.Select(c => write.Columns.FirstOrDefault(w => w.Column == c.Name)?.Value.Text)], null);
                return new(WriteOutcome.Confirmed, write.Key, [.. write.Columns.Select(c => c.Value)], null);
            }

            if (!rows.TryGetValue(write.Key!, out var row))
            {
                return new(WriteOutcome.Moved, write.Key, null, null);
            }

            if (write.Kind is WarehouseWriteKind.Delete)
            {
                rows.Remove(write.Key!);
                return new(WriteOutcome.Confirmed, write.Key, [], null);
            }

            foreach (var column in write.Columns)
            {
                var now = row.Values[Index(table, column.Column)];
                if (column.Expected.IsSeen && column.Expected != FieldValue.Of(now))
                {
                    return new(WriteOutcome.Moved, write.Key, null, null);
                }
            }

            var values = (string?[])row.Values.Clone();
            foreach (var column in write.Columns)
            {
                values[Index(table, column.Column)] = column.Value.Text;
            }

            desk.Put(table, write.Key!, values, row);
            return new(WriteOutcome.Confirmed, write.Key, [.. write.Columns.Select(c => c.Value)], null);
        }

        private static int Index(Table table, string column) => table.Columns.Index().First(c => c.Item.Name == column).Index;

        private static WarehouseRow Of(WarehouseRead read, string key, Row row) =>
            new(key, [.. read.Columns.Select(c => FieldValue.Of(row.Values[Index(Table.Of(read.Side.Source), c)]))], read.Side.ChangedAt is null ? null : row.ChangedAt);

        private static SideSchema Schema(string table) => new(table, Table.Of(table).Columns.Select(c => new FieldSchema(c.Name, new FieldType(c.Kind switch { ColumnKind.Number => FieldKind.Decimal, ColumnKind.Set => FieldKind.MultiPicklist, ColumnKind.Email => FieldKind.Text, _ => FieldKind.Text }))).Append(new FieldSchema(Table.Key, new FieldType(FieldKind.Text)) { Required = true }).ToDictionary(f => f.Name));

        private async Task<T> RunAsync<T>(string operation, Func<T> effect)
        {
            await gate.PassAsync(operation, IoMoment.Before, CancellationToken.None);
            var result = effect();
            await gate.PassAsync(operation, IoMoment.After, CancellationToken.None);
            return result;
        }
    }

    private DateTimeOffset NowUtc() => time.GetUtcNow();
}
