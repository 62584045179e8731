using System.Text;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests;

/// <summary>
/// What every warehouse must do, whether it knows SQL or not. A test class derives from it and says how to open the warehouse and how tables
/// are made and filled in it. Backends that know SQL derive from <see cref="SqlWarehouseContract"/>.
/// </summary>
public abstract partial class WarehouseContract : IAsyncLifetime
{
    private static int _count;

    /// <summary>A schema of its own for each test.</summary>
    protected string Schema { get; } = $"t{Interlocked.Increment(ref _count)}";

    protected IWarehouse Warehouse { get; private set; } = null!;

    protected abstract IWarehouse Open();

    /// <summary>Makes a table, and its schema where there is none yet. Types are those of standard SQL.</summary>
    protected abstract Task CreateAsync(string schema, string table, params IReadOnlyList<ContractColumn> columns);

    /// <summary>Adds rows: one text a column, in a form that the column's type reads; null for nothing.</summary>
    protected abstract Task InsertAsync(string table, params IReadOnlyList<string?[]> rows);

    /// <summary>Makes a table refuse all rows with this text in a column.</summary>
    protected abstract Task RefuseAsync(string table, string column, string text);

    /// <summary>Column types with a text each: what is read of them must serve as expected value unchanged.</summary>
    protected virtual IReadOnlyList<(string Type, string? Text)> Cells =>
    [
        ("varchar(10)", "  Zoë 	"), ("text", ""), ("smallint", "-7"), ("integer", "2147483647"), ("bigint", "-9223372036854775808"),
        ("numeric(12,4)", "1.5000"), ("numeric(38,0)", "12345678901234567890123456789012345678"), ("real", "0.1"),
        ("double precision", "0.30000000000000004"), ("boolean", "true"), ("date", "2024-02-29"), ("timestamp", "2024-02-29 12:34:56.123456"),
        ("timestamptz", "2024-02-29 12:34:56.123456+05:30"), ("uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"), ("text", null),
    ];

    /// <summary>The type of a list of texts, and what is inserted for these members.</summary>
    protected abstract (string Type, string Text) ListOf(params IReadOnlyList<string> members);

    public virtual Task InitializeAsync()
    {
        Warehouse = Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Warehouse.DisposeAsync();

    /// <summary>A column of a set-up table.</summary>
    protected static ContractColumn Column(string name, string type = "text") => new(name, type);

    protected Task CreateAsync(string table, params IReadOnlyList<ContractColumn> columns) => CreateAsync(Schema, table, columns);

    protected string Name(string table) => $"{Schema}.{table}";

    protected WarehouseSide Table(string table, params string[] key) => Side(SourceKind.Table, Name(table), key);

    protected static WarehouseSide Side(SourceKind kind, string source, params string[] key) =>
        new() { Connection = "main", Kind = kind, Source = source, Key = key };

    protected async Task<List<WarehouseRow>> ReadAsync(WarehouseSide side, params string[] columns) => await ReadSinceAsync(side, null, columns);

    protected async Task<List<WarehouseRow>> ReadSinceAsync(WarehouseSide side, DateTimeOffset? since, params string[] columns)
    {
        var rows = new List<WarehouseRow>();
        await foreach (var row in Warehouse.ReadAsync(new(side, columns), since, CancellationToken.None))
        {
            rows.Add(row);
        }

        if (since is null)
        {
            await AssertScannedAsync(side, columns, rows);
        }

        return rows;
    }

    // A scan says the same as the stream, of every model that any test reads.
    private async Task AssertScannedAsync(WarehouseSide side, string[] columns, List<WarehouseRow> rows)
    {
        var fields = (await Warehouse.DescribeAsync(side, CancellationToken.None))!.Fields;
        var print = new RowPrint(7, [.. columns.Select(c => fields[c].Type)], [.. columns.Select((_, i) => i)]);
        await using var scan = Warehouse.Scan(new(side, columns), print, CancellationToken.None);
        foreach (var row in rows)
        {
            Assert.True(await scan.NextAsync());
            Assert.Equal((row.Key is not null, row.Key ?? "", print.Of(row.Values)), (scan.HasKey, Encoding.UTF8.GetString(scan.Key), scan.Print));
            var scanned = scan.Row;
            Assert.Equal((row.Key, row.ChangedAt), (scanned.Key, scanned.ChangedAt));
            Assert.Equal(row.Values, scanned.Values);
        }

        Assert.False(await scan.NextAsync());
    }

    /// <summary>The first row's values as texts.</summary>
    protected async Task<IReadOnlyList<string?>> OneAsync(string table, params string[] columns) =>
        (await ReadAsync(Table(table, "id"), columns))[0].Values.Select(value => value.Text).ToList();

    protected Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(string table, params WarehouseWrite[] writes) =>
        Warehouse.WriteAsync(new("accounts", Name(table), ["id"], []), writes, null, CancellationToken.None);

    protected async Task<WarehouseWriteResult> WriteOneAsync(string table, WarehouseWrite write) => Assert.Single(await WriteAsync(table, write));

    protected static WarehouseWrite Update(string key, params ColumnWrite[] columns) => new(WarehouseWriteKind.Update, key, "c-" + key, columns);

    protected static WarehouseWrite Insert(string? key, params ColumnWrite[] columns) => new(WarehouseWriteKind.Insert, key, "c-" + key, columns);

    protected static WarehouseWrite Delete(string key) => new(WarehouseWriteKind.Delete, key, "c-" + key, []);

    protected static ColumnWrite Set(string column, string? value) => new(column, FieldValue.NotObserved, FieldValue.Of(value));

    protected static ColumnWrite Swap(string column, string? expected, string? value) => new(column, FieldValue.Of(expected), FieldValue.Of(value));

    protected static FieldSchema Field(string name, FieldKind kind) => new(name, new FieldType(kind));

    protected static async Task<PortException> RefusedAsync(Task work)
    {
        var e = await Assert.ThrowsAsync<PortException>(() => work);
        Assert.Equal(PortTrouble.Refused, e.Trouble);
        return e;
    }
}
