using System.Text;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests;

public abstract partial class WarehouseContract
{
    private static readonly string[] AwkwardKeys =
        ["b", "A", "a", "B", "10", "2", "é", "e\u0301", "Ｚ", "\uFFFD", "😀", "𐀀", "z", "-", " ", "a b", "a'b", "a\"b", "a;b", "ß", "中"];

    [Fact]
    public async Task Read_awkward_text_keys_come_in_key_order()
    {
        await CreateAsync("m", Column("id"), Column("v"));
        await InsertAsync("m", [.. AwkwardKeys.Select(key => new[] { key, "x" })]);
        var keys = (await ReadAsync(Table("m", "id"), "v")).ConvertAll(row => row.Key);
        Assert.Equal(AwkwardKeys.Order(Comparer<string>.Create(RecordKey.Compare)), keys);
    }

    [Fact]
    public async Task Read_number_keys_come_in_the_order_of_their_text()
    {
        await CreateAsync("m", Column("id", "bigint"));
        await InsertAsync("m", ["1"], ["10"], ["2"], ["-3"], ["100"]);
        Assert.Equal(["-3", "1", "10", "100", "2"], (await ReadAsync(Table("m", "id"))).Select(row => row.Key));
    }

    [Fact]
    public async Task Read_rows_without_a_key_come_last_with_none()
    {
        await CreateAsync("m", Column("id"), Column("part", "integer"));
        await InsertAsync("m", [null, "1"], ["z", "2"], ["a", null], ["zz", "3"]);
        Assert.Equal(["a", "z", "zz", null], (await ReadAsync(Table("m", "id"))).Select(row => row.Key));
        Assert.Equal(["z\u001f2", "zz\u001f3", null, null], (await ReadAsync(Table("m", "id", "part"))).Select(row => row.Key));
    }

    [Fact]
    public async Task Read_keys_of_several_columns_come_in_the_order_of_the_joined_text()
    {
        await CreateAsync("m", Column("a"), Column("b", "integer"), Column("v"));
        await InsertAsync("m", ["a", "10", "x"], ["a", "9", "x"], ["a b", "1", "x"], ["a\u0001", "1", "x"], ["", "5", "x"]);
        var keys = (await ReadAsync(Table("m", "a", "b"), "v")).ConvertAll(row => row.Key!);
        Assert.Equal(5, keys.Count);
        Assert.Equal(keys.Order(Comparer<string>.Create(RecordKey.Compare)), keys);
        Assert.Equal(RecordKey.Join(["a", "10"]), keys[2]);
    }

    [Fact]
    public async Task Read_values_come_as_neutral_text()
    {
        await CreateAsync(
            "m",
            Column("id", "integer"), Column("i", "bigint"), Column("n", "numeric(12,2)"), Column("f", "double precision"), Column("yes", "boolean"),
            Column("no", "boolean"), Column("d", "date"), Column("ts", "timestamp"), Column("tz", "timestamptz"), Column("x"));
        await InsertAsync(
            "m",
            ["1", "-9007199254740993", "1234567.5", "0.1", "true", "false", "1999-12-31", "2024-01-02 03:04:05", "2024-01-02 03:04:05.12+02:00", null]);
        Assert.Equal(
            ["-9007199254740993", "1234567.50", "0.1", "true", "false", "1999-12-31", "2024-01-02T03:04:05Z", "2024-01-02T01:04:05.12Z", null],
            await OneAsync("m", "i", "n", "f", "yes", "no", "d", "ts", "tz", "x"));
    }

    [Fact]
    public async Task Read_lists_come_joined()
    {
        await CreateAsync("m", Column("id", "integer"), Column("l", ListOf().Type));
        await InsertAsync("m", ["1", ListOf("x y", "Ä").Text]);
        Assert.Equal(["x y;Ä"], await OneAsync("m", "l"));
    }

    [Fact]
    public async Task Read_columns_come_in_the_order_asked_for_and_rows_share_nothing()
    {
        await CreateAsync("m", Column("id", "integer"), Column("a"), Column("b"));
        await InsertAsync("m", ["1", "a1", "b1"], ["2", "a2", "b2"]);
        var rows = await ReadAsync(Table("m", "id"), "b", "a", "id");
        Assert.Equal(["b1", "a1", "1"], rows[0].Values.Select(value => value.Text));
        Assert.Equal(["b2", "a2", "2"], rows[1].Values.Select(value => value.Text));
    }

    [Theory]
    [InlineData("timestamptz")]
    [InlineData("timestamp")]
    public async Task Read_since_gives_rows_changed_at_or_after_it_in_key_order(string type)
    {
        await CreateAsync("m", Column("id"), Column("at", type));
        await InsertAsync(
            "m", ["c", "2024-01-01 00:00:00.000002"], ["b", "2024-01-01 00:00:00.000001"], ["a", "2024-01-03"], ["d", "2023-12-31"], ["e", null]);
        var side = Table("m", "id") with { ChangedAt = "at" };
        var since = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(1);
        var rows = await ReadSinceAsync(side, since);
        Assert.Equal(["a", "b", "c"], rows.Select(row => row.Key));
        Assert.Equal(since, rows[1].ChangedAt);
        Assert.Null((await ReadAsync(side))[4].ChangedAt);
    }

    [Fact]
    public async Task Read_since_a_moment_gives_all_rows_of_its_day_where_only_days_are_known()
    {
        await CreateAsync("m", Column("id"), Column("at", "date"));
        await InsertAsync("m", ["a", "2023-12-31"], ["b", "2024-01-01"], ["c", "2024-01-02"]);
        var rows = await ReadSinceAsync(Table("m", "id") with { ChangedAt = "at" }, new DateTimeOffset(2024, 1, 1, 10, 0, 0, TimeSpan.Zero));
        Assert.Equal(["b", "c"], rows.Select(row => row.Key));
    }

    [Fact]
    public async Task Read_since_without_changed_at_is_refused()
    {
        await CreateAsync("m", Column("id"), Column("v"));
        await RefusedAsync(ReadSinceAsync(Table("m", "id"), DateTimeOffset.UnixEpoch));
        await RefusedAsync(ReadSinceAsync(Table("m", "id") with { ChangedAt = "v" }, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task Read_unknown_table_or_column_is_refused_by_name()
    {
        await CreateAsync("m", Column("id"));
        Assert.Contains("nix", (await RefusedAsync(ReadAsync(Table("nix", "id")))).Message, StringComparison.Ordinal);
        Assert.Contains("'vv'", (await RefusedAsync(ReadAsync(Table("m", "id"), "vv"))).Message, StringComparison.Ordinal);
        Assert.Contains("'kk'", (await RefusedAsync(ReadAsync(Table("m", "kk")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_that_is_left_early_leaves_the_warehouse_usable()
    {
        var side = await HundredRowsAsync();
        await foreach (var row in Warehouse.ReadAsync(new(side, ["v"]), null, CancellationToken.None))
        {
            Assert.Equal("1", row.Key);
            break;
        }

        Assert.Single(await Warehouse.FindAsync(new(side, ["v"]), ["77"], CancellationToken.None));
    }

    [Fact]
    public async Task Read_that_is_cancelled_ends_with_cancellation()
    {
        using var stop = new CancellationTokenSource();
        var side = await HundredRowsAsync();
        await stop.CancelAsync();
        var rows = Warehouse.ReadAsync(new(side, ["v"]), null, stop.Token).GetAsyncEnumerator();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rows.MoveNextAsync().AsTask());
        await rows.DisposeAsync();
        await Warehouse.CheckAsync(CancellationToken.None);
    }

    private async Task<WarehouseSide> HundredRowsAsync()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v"));
        await InsertAsync("m", [.. Enumerable.Range(1, 100).Select(i => new[] { $"{i}", "x" })]);
        return Table("m", "id");
    }

    [Fact]
    public async Task Hashes_are_those_of_the_rows_in_key_order_rows_without_a_key_last()
    {
        await CreateAsync("hashed", Column("id"), Column("v"), Column("other"));
        await InsertAsync("hashed", ["b", "x", "1"], ["a", "y", "1"], [null, "x", "1"], ["ä", null, "1"], ["B", "", "1"], ["c", "x", "2"]);
        var read = new WarehouseRead(Table("hashed", "id"), ["v"]) { HashSeed = 1 };
        Assert.True((await Warehouse.DescribeAsync(read.Side, CancellationToken.None))!.HashesRows);
        var rows = await RowsAsync(read);
        var hashes = new List<(string? Key, long Hash)>();
        await using (var scan = Warehouse.ScanHashes(read, CancellationToken.None)!)
        {
            while (await scan.NextAsync())
            {
                hashes.Add((scan.HasKey ? Encoding.UTF8.GetString(scan.Key) : null, scan.Hash));
            }
        }

        Assert.Equal(["B", "a", "b", "c", "ä", null], hashes.Select(h => h.Key));
        Assert.Equal(rows.Select(r => (r.Key, r.Hash)), hashes);
        Assert.Equal(rows.Take(5).Select(r => r.Hash).Order(), (await Warehouse.FindAsync(read, ["a", "b", "c", "B", "ä"], CancellationToken.None)).Select(r => r.Hash).Order());
        Assert.Equal(4, hashes.Select(h => h.Hash).Distinct().Count());
        Assert.DoesNotContain(hashes, h => h.Hash == 0);
        Assert.NotEqual(hashes[0].Hash, (await RowsAsync(read with { HashSeed = 2 }))[0].Hash);
    }

    private async Task<List<WarehouseRow>> RowsAsync(WarehouseRead read)
    {
        var rows = new List<WarehouseRow>();
        await foreach (var row in Warehouse.ReadAsync(read, null, CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }
}
