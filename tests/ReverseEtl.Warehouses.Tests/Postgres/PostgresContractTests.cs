using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests.Postgres;

/// <summary>The contract on a real Postgres.</summary>
public sealed class PostgresContractTests(Database database) : WarehouseContract, IClassFixture<Database>
{
    protected override IReadOnlyList<(string Type, string Literal)> Cells =>
    [
        .. base.Cells,
        ("numeric", "'NaN'"), ("numeric", "1e40"), ("numeric", "1.000000000000000000000000000000000001"), ("jsonb", "'{\"b\": 1.0, \"a\": [null]}'"),
        ("json", "'{ \"b\":1 }'"), ("char(5)", "'ab'"), ("timestamp(0)", "'2024-01-01 00:00:01'"), ("timestamptz", "'infinity'"),
        ("timestamp", "'-infinity'"), ("date", "'infinity'"), ("date", "'0044-03-15 BC'"), ("date", "'20240-01-31'"),
        ("timestamptz", "'20240-02-29 12:00:00.5+00'"), ("timestamp", "'0001-01-01 00:00:00 BC'"), ("timestamp", "'4713-01-01 00:00:00 BC'"),
        ("inet", "'10.0.0.1/8'"), ("interval", "'1 day 02:03:04'"), ("bytea", "'\\x00ff'"), ("integer[]", "'{1,NULL}'"), ("point", "'(1,2)'"), ("xml", "'<a/>'"),
        ("text[]", "'{}'"), ("text[]", "'{a,NULL,b}'"), ("varchar(3)[]", "'{abc,d}'"), ("time", "'12:00:00.5'"), ("money", "'1.50'"), ("\"char\"", "'x'"), ("real", "1e-30"),
    ];

    protected override IWarehouse Open() => WarehouseFactory.Create(new("Postgres", database.ConnectionString));

    protected override Task RunAsync(string sql) => database.RunAsync(sql);
}
