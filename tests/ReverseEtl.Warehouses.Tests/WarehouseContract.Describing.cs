using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Warehouses.Tests;

public abstract partial class WarehouseContract
{
    /// <summary>Types and what they are to the engine.</summary>
    public static TheoryData<string, FieldKind> Kinds => new()
    {
        { "text", FieldKind.Text },
        { "smallint", FieldKind.Integer },
        { "integer", FieldKind.Integer },
        { "bigint", FieldKind.Integer },
        { "numeric(9,0)", FieldKind.Integer },
        { "real", FieldKind.Decimal },
        { "double precision", FieldKind.Decimal },
        { "boolean", FieldKind.Boolean },
        { "date", FieldKind.Date },
        { "timestamp", FieldKind.Timestamp },
        { "timestamptz", FieldKind.Timestamp },
        { "uuid", FieldKind.Text },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Describe_tells_the_kind_of_a_type(string type, FieldKind kind)
    {
        await CreateAsync("m", Column("id", "integer"), Column("v", type));
        Assert.Equal(kind, (await DescribeAsync(Table("m", "id"))).Fields["v"].Type.Kind);
    }

    [Fact]
    public async Task Describe_tells_a_list_as_a_pick_list_of_several()
    {
        await CreateAsync("m", Column("id", "integer"), Column("v", ListOf().Type));
        Assert.Equal(FieldKind.MultiPicklist, (await DescribeAsync(Table("m", "id"))).Fields["v"].Type.Kind);
    }

    [Fact]
    public async Task Describe_tells_the_limits_of_numbers_and_instants()
    {
        await CreateAsync("m", Column("n", "numeric(10,2)"), Column("tz", "timestamptz"));
        var fields = (await DescribeAsync(Table("m", "n"))).Fields;
        Assert.Equal((8, 2), (fields["n"].Type.IntegerDigits, fields["n"].Type.Scale));
        Assert.Equal(FieldKind.Decimal, fields["n"].Type.Kind);
        Assert.Equal(TimeSpan.FromMicroseconds(1), fields["tz"].Type.Resolution);
    }

    [Fact]
    public async Task Describe_tells_what_a_row_needs_and_what_is_unique()
    {
        await CreateAsync(
            "m",
            Column("id", "integer") with { IsKey = true },
            Column("needed") with { IsRequired = true },
            Column("given") with { IsRequired = true, Default = "x" },
            Column("free"),
            Column("mail") with { IsUnique = true });
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
    public async Task Describe_finds_a_dbt_model_in_the_one_schema_that_has_it()
    {
        await CreateAsync($"dim_{Schema}", Column("id", "integer"), Column("v"));
        var side = Side(SourceKind.Dbt, $"dim_{Schema}", "id");
        Assert.Equal(["id", "v"], (await DescribeAsync(side)).Fields.Keys);
        Assert.Empty(await ReadAsync(side, "v"));

        await CreateAsync($"{Schema}_other", $"dim_{Schema}", Column("id", "integer"));
        var e = await RefusedAsync(DescribeAsync(side));
        Assert.Contains($"{Schema}_other.dim_{Schema}", e.Message, StringComparison.Ordinal);
        Assert.Contains($"{Schema}.dim_{Schema}", e.Message, StringComparison.Ordinal);
    }

    protected async Task<SideSchema> DescribeAsync(WarehouseSide side) => (await Warehouse.DescribeAsync(side, CancellationToken.None))!;
}
