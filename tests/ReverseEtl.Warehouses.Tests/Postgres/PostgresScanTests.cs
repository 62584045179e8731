using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests.Postgres;

/// <summary>Fingerprints that are made straight from the wire are those of the values, at every edge of the forms that allow it.</summary>
public sealed class PostgresScanTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private const string Texts =
        "'a', ' a', 'a ', '', ' ', E'\\t', 'é', 'aé', 'éa', E'a\\u00a0', E'\\u2003a', E'a\\rb', E'a\\r\\nb', E'a\\nb', E'\\u007f', '😀', E'\\u001fa', repeat('x', 100000)";

    private readonly IWarehouse _warehouse = WarehouseFactory.Create(new("postgres", database.ConnectionString));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _warehouse.DisposeAsync();

    [Theory]
    [InlineData("text", Texts)]
    [InlineData("varchar", Texts)]
    [InlineData("jsonb", "'{}', '\" a \"', '1.50', 'null'")]
    [InlineData("smallint", "0, -1, 32767, -32768")]
    [InlineData("integer", "0, -1, 2147483647, -2147483648")]
    [InlineData("bigint", "0, -1, 9223372036854775807, -9223372036854775808")]
    [InlineData("numeric", "0, 0.00, -0.00, 1.50, -1.50, 100, 100.00, -0.5, 0.05, 'NaN', 'Infinity', 1e40, 1e-40, 123456789012345678901234567, "
        + "1234567890123456789012345678, 12345678901234567890123456789, 1.2345678901234567890123456780, 79228162514264337593543950336")]
    [InlineData("numeric(12,2)", "0, 1.5, 1.05, -1.10, 9999999999.99")]
    [InlineData("numeric(5)", "0, 10, -99999")]
    [InlineData("double precision", "0, '-0', 1, 1.5, -1.25, 0.1, 1e15, 1e16, 1e17, 1e22, 1e300, 1e-4, 1e-5, 1e-300, 'NaN', 'Infinity', '-Infinity', 123456789.123456789")]
    [InlineData("real", "0, '-0', 0.1, 1e10, 'NaN'")]
    [InlineData("boolean", "true, false")]
    [InlineData("date", "'2024-02-29', '0001-01-01', '9999-12-31', '10000-01-01', '0044-03-15 BC', 'infinity', '-infinity'")]
    [InlineData("timestamptz", "'2024-02-29 12:34:56+00', '2024-02-29 12:34:56.1+00', '2024-02-29 12:34:56.123456+00', '2024-02-29 12:34:56.000001+00', "
        + "'9999-12-31 23:59:59.999999+00', '10000-01-01 00:00:00+00', '1969-12-31 23:59:59.5+00', 'infinity', '-infinity'")]
    [InlineData("timestamp(3)", "'2024-02-29 12:34:56.123', '2024-02-29 12:34:56'")]
    [InlineData("uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'")]
    [InlineData("text[]", "'{}', '{a,NULL,b}', '{\" b\",a,a}'")]
    public async Task Print_from_the_wire_is_the_print_of_the_value(string type, string values)
    {
        var query = $"SELECT i AS id, v FROM unnest(ARRAY[NULL, {values}]::{type}[]) WITH ORDINALITY AS x(v, i)";
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            query = $"SELECT i AS id, v::{type} FROM unnest(ARRAY[NULL, {values}]::text[]) WITH ORDINALITY AS x(v, i)";
        }

        var read = new WarehouseRead(new() { Connection = "main", Kind = SourceKind.Query, Source = query, Key = ["id"] }, ["v"]);
        var described = (await _warehouse.DescribeAsync(read.Side, CancellationToken.None))!.Fields["v"].Type;
        foreach (var seenAs in new[] { described, new FieldType(FieldKind.Text), described with { Scale = 1 }, described with { Resolution = TimeSpan.FromSeconds(1) } })
        {
            var print = new RowPrint(7, [seenAs], [0]);
            await using var scan = _warehouse.Scan(read, print, CancellationToken.None);
            var count = 0;
            for (; await scan.NextAsync(); count++)
            {
                var value = scan.Row.Values[0];
                Assert.True(print.Of([value]) == scan.Print, $"{type} {value} as {seenAs.Kind}");
            }

            Assert.True(count > 1);
        }
    }
}
