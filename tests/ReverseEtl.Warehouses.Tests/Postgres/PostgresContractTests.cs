using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests.Postgres;

/// <summary>The contract on a real Postgres.</summary>
public sealed class PostgresContractTests(Database database) : SqlWarehouseContract, IClassFixture<Database>
{
    private const int RowsInAStatement = 1000;

    protected override IReadOnlyList<(string Type, string? Text)> Cells =>
    [
        .. base.Cells,
        ("double precision", "1e300"), ("double precision", "NaN"), ("double precision", "-Infinity"),
        ("numeric", "NaN"), ("numeric", "1e40"), ("numeric", "1.000000000000000000000000000000000001"), ("jsonb", "{\"b\": 1.0, \"a\": [null]}"),
        ("json", "{ \"b\":1 }"), ("char(5)", "ab"), ("timestamp(0)", "2024-01-01 00:00:01"), ("timestamptz", "infinity"),
        ("timestamp", "-infinity"), ("date", "infinity"), ("date", "0044-03-15 BC"), ("date", "20240-01-31"),
        ("timestamptz", "20240-02-29 12:00:00.5+00"), ("timestamp", "0001-01-01 00:00:00 BC"), ("timestamp", "4713-01-01 00:00:00 BC"),
        ("inet", "10.0.0.1/8"), ("interval", "1 day 02:03:04"), ("bytea", "\\x00ff"), ("integer[]", "{1,NULL}"), ("point", "(1,2)"), ("xml", "<a/>"),
        ("text[]", "{}"), ("text[]", "{a,NULL,b}"), ("varchar(3)[]", "{abc,d}"), ("time", "12:00:00.5"), ("money", "1.50"), ("\"char\"", "x"), ("real", "1e-30"),
    ];

    protected override IWarehouse Open() => WarehouseFactory.Create(new("Postgres", database.ConnectionString));

    protected override Task RunAsync(string sql) => database.RunAsync(sql);

    protected override Task CreateAsync(string schema, string table, params IReadOnlyList<ContractColumn> columns) =>
        RunAsync($"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE {schema}.{table} ({string.Join(", ", columns.Select(Definition))})");

    protected override async Task InsertAsync(string table, params IReadOnlyList<string?[]> rows)
    {
        foreach (var chunk in rows.Chunk(RowsInAStatement))
        {
            await RunAsync($"INSERT INTO {Name(table)} VALUES {string.Join(", ", chunk.Select(row => $"({string.Join(", ", row.Select(Literal))})"))}");
        }
    }

    protected override Task RefuseAsync(string table, string column, string text) =>
        RunAsync($"ALTER TABLE {Name(table)} ADD CHECK ({column}::text <> {Literal(text)})");

    protected override (string Type, string Text) ListOf(params IReadOnlyList<string> members) =>
        ("text[]", $"{{{string.Join(",", members.Select(member => $"\"{member}\""))}}}");

    private static string Definition(ContractColumn column) =>
        $"{column.Name} {column.Type}{(column.IsKey ? " PRIMARY KEY" : "")}{(column.IsRequired ? " NOT NULL" : "")}{(column.IsUnique ? " UNIQUE" : "")}"
        + (column.Default is { } given ? $" DEFAULT {Literal(given)}" : "");

    private static string Literal(string? text) => text is null ? "NULL" : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
