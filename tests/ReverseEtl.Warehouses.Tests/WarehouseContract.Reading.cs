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
        await RunAsync($"CREATE TABLE {Name("m")} (id text, v text)");
        foreach (var key in AwkwardKeys)
        {
            await RunAsync($"INSERT INTO {Name("m")} VALUES ('{key.Replace("'", "''")}', 'x')");
        }

        var keys = (await ReadAsync(Table("m", "id"), "v")).ConvertAll(row => row.Key);
        Assert.Equal(AwkwardKeys.Order(Comparer<string>.Create(RecordKey.Compare)), keys);
    }

    [Fact]
    public async Task Read_number_keys_come_in_the_order_of_their_text()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id bigint)");
        await RunAsync($"INSERT INTO {Name("m")} VALUES (1), (10), (2), (-3), (100)");
        Assert.Equal(["-3", "1", "10", "100", "2"], (await ReadAsync(Table("m", "id"))).Select(row => row.Key));
    }

    [Fact]
    public async Task Read_rows_without_a_key_come_last_with_none()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id text, part integer)");
        await RunAsync($"INSERT INTO {Name("m")} VALUES (NULL, 1), ('z', 2), ('a', NULL), ('zz', 3)");
        Assert.Equal(["a", "z", "zz", null], (await ReadAsync(Table("m", "id"))).Select(row => row.Key));
        Assert.Equal(["z\u001f2", "zz\u001f3", null, null], (await ReadAsync(Table("m", "id", "part"))).Select(row => row.Key));
    }

    [Fact]
    public async Task Read_keys_of_several_columns_come_in_the_order_of_the_joined_text()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (a text, b integer, v text)");
        await RunAsync($"INSERT INTO {Name("m")} VALUES ('a', 10, 'x'), ('a', 9, 'x'), ('a b', 1, 'x'), ('a\u0001', 1, 'x'), ('', 5, 'x')");
        var keys = (await ReadAsync(Table("m", "a", "b"), "v")).ConvertAll(row => row.Key!);
        Assert.Equal(5, keys.Count);
        Assert.Equal(keys.Order(Comparer<string>.Create(RecordKey.Compare)), keys);
        Assert.Equal(RecordKey.Join(["a", "10"]), keys[2]);
    }

    [Fact]
    public async Task Read_values_come_as_neutral_text()
    {
        await RunAsync(
            $"CREATE TABLE {Name("m")} (id integer, i bigint, n numeric(12,2), f double precision, yes boolean, no boolean, d date, ts timestamp, tz timestamptz, x text)");
        await RunAsync(
            $"INSERT INTO {Name("m")} VALUES (1, -9007199254740993, 1234567.50, 0.1, true, false, '1999-12-31', '2024-01-02 03:04:05', '2024-01-02 03:04:05.12+02:00', NULL)");
        Assert.Equal(
            ["-9007199254740993", "1234567.50", "0.1", "true", "false", "1999-12-31", "2024-01-02T03:04:05Z", "2024-01-02T01:04:05.12Z", null],
            await OneAsync("m", "i", "n", "f", "yes", "no", "d", "ts", "tz", "x"));
    }

    [Fact]
    public async Task Read_lists_come_joined_and_refuse_a_member_with_the_separator()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id integer, l {ListOf("a", "b").Type})");
        await RunAsync($"INSERT INTO {Name("m")} VALUES (1, {ListOf("x y", "Ä").Literal})");
        Assert.Equal(["x y;Ä"], await OneAsync("m", "l"));

        await RunAsync($"INSERT INTO {Name("m")} VALUES (2, {ListOf("geheim;1", "b").Literal})");
        var e = await RefusedAsync(ReadAsync(Table("m", "id"), "l"));
        Assert.Contains("'l'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_columns_come_in_the_order_asked_for_and_rows_share_nothing()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id integer, a text, b text)");
        await RunAsync($"INSERT INTO {Name("m")} VALUES (1, 'a1', 'b1'), (2, 'a2', 'b2')");
        var rows = await ReadAsync(Table("m", "id"), "b", "a", "id");
        Assert.Equal(["b1", "a1", "1"], rows[0].Values.Select(value => value.Text));
        Assert.Equal(["b2", "a2", "2"], rows[1].Values.Select(value => value.Text));
    }

    [Fact]
    public async Task Read_view_as_model()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id integer, v text)");
        await RunAsync($"INSERT INTO {Name("m")} VALUES (1, 'x'), (2, 'y')");
        await RunAsync($"CREATE VIEW {Name("w")} AS SELECT id, upper(v) AS loud FROM {Name("m")} WHERE id > 1");
        Assert.Equal(["Y"], await OneAsync("w", "loud"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData(" -- the end")]
    [InlineData(" /* :x @y $1 ? */ ")]
    public async Task Read_query_as_model(string end)
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id integer, v text)");
        await RunAsync($"INSERT INTO {Name("m")} VALUES (1, 'a;b'), (2, 'y')");
        var side = Side(SourceKind.Query, $"WITH q AS (SELECT * FROM {Name("m")} WHERE v <> ';@p')\nSELECT id, v || ';' AS w FROM q{end}", "id");
        Assert.Equal(["a;b;", "y;"], (await ReadAsync(side, "w")).Select(row => row.Values[0].Text));
        Assert.Equal(["id", "w"], (await Warehouse.DescribeAsync(side, CancellationToken.None))!.Fields.Keys);
        var found = await Warehouse.FindAsync(new(side, ["w"]), ["2"], CancellationToken.None);
        Assert.Equal("y;", Assert.Single(found).Values[0].Text);
    }

    [Theory]
    [InlineData("timestamptz")]
    [InlineData("timestamp")]
    public async Task Read_since_gives_rows_changed_at_or_after_it_in_key_order(string type)
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id text, at {type})");
        await RunAsync(
            $"INSERT INTO {Name("m")} VALUES ('c', '2024-01-01 00:00:00.000002'), ('b', '2024-01-01 00:00:00.000001'), ('a', '2024-01-03'), ('d', '2023-12-31'), ('e', NULL)");
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
        await RunAsync($"CREATE TABLE {Name("m")} (id text, at date)");
        await RunAsync($"INSERT INTO {Name("m")} VALUES ('a', '2023-12-31'), ('b', '2024-01-01'), ('c', '2024-01-02')");
        var rows = await ReadSinceAsync(Table("m", "id") with { ChangedAt = "at" }, new DateTimeOffset(2024, 1, 1, 10, 0, 0, TimeSpan.Zero));
        Assert.Equal(["b", "c"], rows.Select(row => row.Key));
    }

    [Fact]
    public async Task Read_since_without_changed_at_is_refused()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id text, v text)");
        await RefusedAsync(ReadSinceAsync(Table("m", "id"), DateTimeOffset.UnixEpoch));
        await RefusedAsync(ReadSinceAsync(Table("m", "id") with { ChangedAt = "v" }, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task Read_unknown_table_or_column_is_refused_by_name()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id text)");
        Assert.Contains("nix", (await RefusedAsync(ReadAsync(Table("nix", "id")))).Message, StringComparison.Ordinal);
        Assert.Contains("'vv'", (await RefusedAsync(ReadAsync(Table("m", "id"), "vv"))).Message, StringComparison.Ordinal);
        Assert.Contains("'kk'", (await RefusedAsync(ReadAsync(Table("m", "kk")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_200_000_rows_does_not_hold_them()
    {
        const int Rows = 200_000;
        var side = Side(SourceKind.Query, ManyRows(Rows), "id");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        var count = 0;
        string? last = null;
        await foreach (var row in Warehouse.ReadAsync(new(side, ["v"]), null, CancellationToken.None))
        {
            Assert.True(last is null || RecordKey.Compare(last, row.Key!) < 0);
            last = row.Key;
            if (++count % (Rows / 10) == 1)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        // All rows together take 100 MB.
        Assert.Equal(Rows, count);
        Assert.InRange(most, long.MinValue, 30_000_000);
    }

    [Fact]
    public async Task Read_that_is_left_early_leaves_the_warehouse_usable()
    {
        var side = Side(SourceKind.Query, ManyRows(100_000), "id");
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
        var side = Side(SourceKind.Query, ManyRows(100_000), "id");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var row in Warehouse.ReadAsync(new(side, ["v"]), null, stop.Token))
            {
                await stop.CancelAsync();
            }
        });
        await Warehouse.CheckAsync(CancellationToken.None);
    }
}
