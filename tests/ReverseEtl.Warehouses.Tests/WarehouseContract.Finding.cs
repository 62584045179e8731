using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests;

public abstract partial class WarehouseContract
{
    [Fact]
    public async Task Find_gives_the_rows_that_are_there_and_leaves_out_the_others()
    {
        await CreateAsync("m", Column("id") with { IsKey = true }, Column("v"));
        await InsertAsync("m", ["a", "x"], ["A", "y"], ["it's", "z"], ["😀", null]);
        var found = await FindAsync(Table("m", "id"), "a", "nix", "it's", "😀", "a", "\0", "\ud83d", "");
        Assert.Equal(["a=x", "it's=z", "😀="], found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("integer", "7", "8")]
    [InlineData("bigint", "7", "9007199254740993")]
    [InlineData("numeric(10,2)", "7.50", "8.00")]
    [InlineData("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12")]
    [InlineData("date", "2024-02-29", "2024-03-01")]
    [InlineData("boolean", "true", "false")]
    [InlineData("timestamp", "2024-02-29T01:02:03.5Z", "2024-02-29T00:00:00Z")]
    [InlineData("timestamptz", "2024-02-29T01:02:03.000001Z", "2024-02-29T00:00:00Z")]
    public async Task Find_by_typed_keys_takes_the_key_as_it_was_read(string type, string one, string two)
    {
        await CreateAsync("m", Column("id", type) with { IsKey = true }, Column("part", "integer"), Column("v"));
        await InsertAsync("m", [one, "1", "x"], [two, "2", "y"]);
        var keys = (await ReadAsync(Table("m", "id"))).ConvertAll(row => row.Key!);
        Assert.Equal(new[] { one, two }.Order(StringComparer.Ordinal), keys);
        Assert.Equal([$"{one}=x"], await FindAsync(Table("m", "id"), one, "other", "007", "99999999999999999999999999", "7e0"));
        Assert.Equal([$"{two}\u001f2=y"], await FindAsync(Table("m", "id", "part"), $"{two}\u001f2", $"{one}\u001f2", "other\u001f1", one, $"{one}\u001f1\u001f1"));
    }

    [Fact]
    public async Task Find_takes_more_keys_than_one_statement_does()
    {
        await CreateAsync("m", Column("id", "integer"));
        await InsertAsync("m", [.. Enumerable.Range(1, 12_000).Select(i => new[] { $"{i}" })]);
        var keys = Enumerable.Range(1, 12_001).Select(i => $"{i}").ToArray();
        Assert.Equal(12_000, (await Warehouse.FindAsync(new(Table("m", "id"), []), keys, CancellationToken.None)).Count);
        Assert.Empty(await Warehouse.FindAsync(new(Table("m", "id"), []), [], CancellationToken.None));
    }

    [Fact]
    public async Task Duplicate_keys_are_shown_as_people_see_them_and_at_most_five()
    {
        await CreateAsync("m", Column("a"), Column("b", "integer"));
        await InsertAsync("m", ["x", "1"], ["x", "1"], ["x", "2"], ["y", "1"], [null, "3"], [null, "3"]);
        Assert.Equal(["x|1"], await Warehouse.FindDuplicateKeysAsync(Table("m", "a", "b"), CancellationToken.None));
        Assert.Equal(["x"], await Warehouse.FindDuplicateKeysAsync(Table("m", "a"), CancellationToken.None));
        await CreateAsync("many", Column("id", "integer"));
        await InsertAsync("many", [.. Enumerable.Range(0, 18).Select(i => new[] { $"{10 + (i / 2)}" })]);
        Assert.Equal(["10", "11", "12", "13", "14"], await Warehouse.FindDuplicateKeysAsync(Table("many", "id"), CancellationToken.None));
    }

    [Fact]
    public async Task Now_is_the_warehouses_clock_in_utc()
    {
        var first = await Warehouse.NowAsync(CancellationToken.None);
        Assert.True(await Warehouse.NowAsync(CancellationToken.None) >= first);
        Assert.Equal(TimeSpan.Zero, first.Offset);
        Assert.True(first.Year >= 2024);
    }

    private async Task<List<string>> FindAsync(WarehouseSide side, params string[] keys) =>
        (await Warehouse.FindAsync(new WarehouseRead(side, ["v"]), keys, CancellationToken.None))
        .Select(row => $"{row.Key}={row.Values[0].Text}").ToList();
}
