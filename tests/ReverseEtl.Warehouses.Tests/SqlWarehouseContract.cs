using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests;

/// <summary>What every backend that knows SQL must do beyond the contract: queries and views as models, and any number of rows.</summary>
public abstract class SqlWarehouseContract : WarehouseContract
{
    /// <summary>Runs a set-up statement.</summary>
    protected abstract Task RunAsync(string sql);

    /// <summary>A query that makes so many wide rows with the key <c>id</c> and a column <c>v</c>.</summary>
    protected virtual string ManyRows(int rows) => $"SELECT i AS id, repeat('x', 250) AS v FROM generate_series(1, {rows}) AS g(i)";

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Describe_tells_the_kind_of_a_type_in_a_query(string type, FieldKind kind)
    {
        await CreateAsync("m", Column("id", "integer"), Column("v", type));
        Assert.Equal(kind, (await DescribeAsync(Side(SourceKind.Query, $"SELECT v FROM {Name("m")}", "v"))).Fields["v"].Type.Kind);
    }

    [Fact]
    public async Task Describe_of_columns_that_are_unique_together_does_not_say_so_of_each()
    {
        await RunAsync($"CREATE SCHEMA {Schema}");
        await RunAsync($"CREATE TABLE {Name("m")} (a integer, b integer, c integer UNIQUE, UNIQUE (a, b))");
        var fields = (await Warehouse.DescribeTableAsync(Name("m"), CancellationToken.None))!.Fields;
        Assert.Equal(["c"], fields.Values.Where(field => field.Unique).Select(field => field.Name));
    }

    [Fact]
    public async Task Describe_of_a_query_that_does_not_compile_is_refused_with_the_reason()
    {
        var e = await RefusedAsync(Warehouse.DescribeAsync(Side(SourceKind.Query, $"SELECT 1 AS id\nFROM {Name("nix")}", "id"), CancellationToken.None));
        Assert.Contains("nix", e.Message, StringComparison.Ordinal);
        await RefusedAsync(Warehouse.DescribeAsync(Side(SourceKind.Query, "SELECT 1 AS id; SELECT 2 AS id", "id"), CancellationToken.None));
        await RefusedAsync(Warehouse.DescribeAsync(Side(SourceKind.Query, "SELECT 1 AS id) AS a, (SELECT 2 AS id", "id"), CancellationToken.None));
    }

    [Fact]
    public async Task Read_of_a_list_with_the_separator_in_a_member_is_refused()
    {
        await CreateAsync("m", Column("id", "integer"), Column("l", ListOf().Type));
        await InsertAsync("m", ["2", ListOf("geheim;1", "b").Text]);
        var e = await RefusedAsync(ReadAsync(Table("m", "id"), "l"));
        Assert.Contains("'l'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_view_as_model()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v"));
        await InsertAsync("m", ["1", "x"], ["2", "y"]);
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
        await CreateAsync("m", Column("id", "integer"), Column("v"));
        await InsertAsync("m", ["1", "a;b"], ["2", "y"]);
        var side = Side(SourceKind.Query, $"WITH q AS (SELECT * FROM {Name("m")} WHERE v <> ';@p')\nSELECT id, v || ';' AS w FROM q{end}", "id");
        Assert.Equal(["a;b;", "y;"], (await ReadAsync(side, "w")).Select(row => row.Values[0].Text));
        Assert.Equal(["id", "w"], (await Warehouse.DescribeAsync(side, CancellationToken.None))!.Fields.Keys);
        var found = await Warehouse.FindAsync(new(side, ["w"]), ["2"], CancellationToken.None);
        Assert.Equal("y;", Assert.Single(found).Values[0].Text);
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
    public async Task Read_of_many_rows_that_is_left_early_leaves_the_warehouse_usable()
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
    public async Task Read_of_many_rows_that_is_cancelled_ends_with_cancellation()
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

    [Fact]
    public async Task Scan_200_000_rows_holds_none_of_them()
    {
        const int Rows = 200_000;
        await using var scan = Warehouse.Scan(new(Side(SourceKind.Query, ManyRows(Rows), "id"), ["v"]), OneText, CancellationToken.None);
        Assert.True(await scan.NextAsync());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        var count = 1;
        for (var first = scan.Print; await scan.NextAsync(); count++)
        {
            if (count % (Rows / 10) == 1)
            {
                Assert.Equal(first, scan.Print);
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(Rows, count);
        Assert.InRange(most, long.MinValue, 5_000_000);
    }

    [Fact]
    public async Task Scan_that_is_left_early_leaves_the_warehouse_usable()
    {
        var side = Side(SourceKind.Query, ManyRows(100_000), "id");
        await using (var scan = Warehouse.Scan(new(side, ["v"]), OneText, CancellationToken.None))
        {
            Assert.True(await scan.NextAsync());
        }

        Assert.Single(await Warehouse.FindAsync(new(side, ["v"]), ["77"], CancellationToken.None));
    }

    [Fact]
    public async Task Scan_that_is_cancelled_ends_with_cancellation()
    {
        using var stop = new CancellationTokenSource();
        var side = Side(SourceKind.Query, ManyRows(100_000), "id");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await using var scan = Warehouse.Scan(new(side, ["v"]), OneText, stop.Token);
            while (await scan.NextAsync())
            {
                await stop.CancelAsync();
            }
        });
        await Warehouse.CheckAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Scan_of_a_model_that_fails_half_way_is_refused_with_the_reason()
    {
        var side = Side(SourceKind.Query, $"SELECT id, 1 / (90000 - id) AS v FROM ({ManyRows(100_000)}) AS many", "id");
        var failure = await Assert.ThrowsAsync<PortException>(async () =>
        {
            await using var scan = Warehouse.Scan(new(side, ["v"]), OneText, CancellationToken.None);
            while (await scan.NextAsync())
            {
                Assert.True(scan.HasKey);
            }
        });
        Assert.Equal(PortTrouble.Refused, failure.Trouble);
        await Warehouse.CheckAsync(CancellationToken.None);
    }

    private static RowPrint OneText { get; } = new(1, [new FieldType(FieldKind.Text)], [0]);
}
