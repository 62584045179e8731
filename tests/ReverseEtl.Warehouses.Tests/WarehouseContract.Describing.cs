using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests;

public abstract partial class WarehouseContract
{
    [Theory]
    [InlineData("text", FieldKind.Text)]
    [InlineData("smallint", FieldKind.Integer)]
    [InlineData("integer", FieldKind.Integer)]
    [InlineData("bigint", FieldKind.Integer)]
    [InlineData("numeric(9,0)", FieldKind.Integer)]
    [InlineData("real", FieldKind.Decimal)]
    [InlineData("double precision", FieldKind.Decimal)]
    [InlineData("boolean", FieldKind.Boolean)]
    [InlineData("date", FieldKind.Date)]
    [InlineData("timestamp", FieldKind.Timestamp)]
    [InlineData("timestamptz", FieldKind.Timestamp)]
    [InlineData("uuid", FieldKind.Text)]
    [InlineData("text[]", FieldKind.MultiPicklist)]
    public async Task Describe_tells_the_kind_of_a_type(string type, FieldKind kind)
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id integer, v {type})");
        Assert.Equal(kind, (await DescribeAsync(Table("m", "id"))).Fields["v"].Type.Kind);
        Assert.Equal(kind, (await DescribeAsync(Side(SourceKind.Query, $"SELECT v FROM {Name("m")}", "v"))).Fields["v"].Type.Kind);
    }

    [Fact]
    public async Task Describe_tells_the_limits_of_numbers_and_instants()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (n numeric(10,2), tz timestamptz)");
        var fields = (await DescribeAsync(Table("m", "n"))).Fields;
        Assert.Equal((8, 2), (fields["n"].Type.IntegerDigits, fields["n"].Type.Scale));
        Assert.Equal(FieldKind.Decimal, fields["n"].Type.Kind);
        Assert.Equal(TimeSpan.FromMicroseconds(1), fields["tz"].Type.Resolution);
    }

    [Fact]
    public async Task Describe_tells_what_a_row_needs_and_what_is_unique()
    {
        await RunAsync($"CREATE TABLE {Name("m")} (id integer PRIMARY KEY, needed text NOT NULL, given text NOT NULL DEFAULT 'x', free text, mail text UNIQUE, a integer, b integer, UNIQUE (a, b))");
        var fields = (await Warehouse.DescribeTableAsync(Name("m"), CancellationToken.None))!.Fields;
        Assert.Equal(["id", "needed"], fields.Values.Where(field => field.Required).Select(field => field.Name));
        Assert.Equal(["id", "mail"], fields.Values.Where(field => field.Unique).Select(field => field.Name));
        Assert.All(fields.Values, field => Assert.True(field.Createable && field.Updateable));
    }

    [Fact]
    public async Task Describe_of_what_is_not_there_is_null()
    {
        Assert.Null(await Warehouse.DescribeAsync(Table("nix", "id"), CancellationToken.None));
        Assert.Null(await Warehouse.DescribeAsync(Side(SourceKind.Dbt, "nix_model", "id"), CancellationToken.None));
        Assert.Null(await Warehouse.DescribeTableAsync(Name("nix"), CancellationToken.None));
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
    public async Task Describe_finds_a_dbt_model_in_the_one_schema_that_has_it()
    {
        await RunAsync($"CREATE TABLE {Name($"dim_{Schema}")} (id integer, v text)");
        var side = Side(SourceKind.Dbt, $"dim_{Schema}", "id");
        Assert.Equal(["id", "v"], (await DescribeAsync(side)).Fields.Keys);
        Assert.Empty(await ReadAsync(side, "v"));

        await RunAsync($"CREATE SCHEMA {Schema}_other");
        await RunAsync($"CREATE VIEW {Schema}_other.dim_{Schema} AS SELECT 1 AS id");
        var e = await RefusedAsync(DescribeAsync(side));
        Assert.Contains($"{Schema}_other.dim_{Schema}", e.Message, StringComparison.Ordinal);
        Assert.Contains($"{Schema}.dim_{Schema}", e.Message, StringComparison.Ordinal);
    }

    protected async Task<SideSchema> DescribeAsync(WarehouseSide side) => (await Warehouse.DescribeAsync(side, CancellationToken.None))!;
}
