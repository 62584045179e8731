using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.Warehouses.Tests.Postgres;

public sealed class PostgresConnectionTests(Database database) : IClassFixture<Database>
{
    private const string Password = "correct horse";

    [Fact]
    public async Task Wrong_password_is_a_matter_of_sign_in_and_not_in_the_message()
    {
        await using var server = new FakePostgres();
        var e = await FailAsync($"Host=127.0.0.1;Port={server.Port};Database=wh;Username=eve;Password={Password};SSL Mode=Disable;GSS Encryption Mode=Disable");
        Assert.Equal(PortTrouble.SignIn, e.Trouble);
        Assert.Contains($"127.0.0.1:{server.Port}/wh as eve", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_user_or_database_is_a_matter_of_sign_in()
    {
        Assert.Equal(PortTrouble.SignIn, (await FailAsync($"{database.ConnectionString};Username=nobody_here;Password={Password}")).Trouble);
        Assert.Equal(PortTrouble.SignIn, (await FailAsync($"{database.ConnectionString};Database=no_such_database")).Trouble);
    }

    [Fact]
    public async Task Unreachable_server_is_unavailable_and_named()
    {
        var e = await FailAsync($"Host=127.0.0.1;Port=1;Database=wh;Username=eve;Password={Password}");
        Assert.Equal(PortTrouble.Unavailable, e.Trouble);
        Assert.Contains("127.0.0.1:1/wh as eve", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=a;Password=abc;horse=1")]
    [InlineData("Host=a;Port=horse")]
    [InlineData("horse")]
    public void Unreadable_connection_string_is_not_shown(string text)
    {
        var e = Assert.Throws<PortException>(() => WarehouseFactory.Create(new("postgres", text)));
        Assert.Equal(PortTrouble.SignIn, e.Trouble);
        Assert.DoesNotContain("horse", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_do_not_print_the_connection_string() =>
        Assert.DoesNotContain("horse", new WarehouseSettings("postgres", "Password=horse").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Unknown_type_is_refused_with_the_known_ones()
    {
        var e = Assert.Throws<PortException>(() => WarehouseFactory.Create(new("oracle", "")));
        Assert.Contains("'oracle'", e.Message, StringComparison.Ordinal);
        Assert.Contains("postgres", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_connection_during_a_read_is_unavailable()
    {
        await using var warehouse = new PostgresWarehouse(database.ConnectionString);
        var side = Query("SELECT i AS id, CASE WHEN i = 5000 THEN pg_terminate_backend(pg_backend_pid()) END AS v FROM generate_series(1, 9000) AS g(i)");
        var e = await Assert.ThrowsAsync<PortException>(async () =>
        {
            await foreach (var row in warehouse.ReadAsync(new(side, ["v"]), null, CancellationToken.None))
            {
                Assert.NotNull(row.Key);
            }
        });
        Assert.Equal(PortTrouble.Unavailable, e.Trouble);
        await warehouse.CheckAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Query_that_fails_while_it_runs_is_refused_without_the_value()
    {
        await using var warehouse = new PostgresWarehouse(database.ConnectionString);
        var side = Query("SELECT i AS id, ('geheim' || i)::integer AS v FROM generate_series(1, 3) AS g(i)");
        var e = await Assert.ThrowsAsync<PortException>(() => warehouse.FindAsync(new(side, ["v"]), ["2"], CancellationToken.None));
        Assert.Equal(PortTrouble.Refused, e.Trouble);
        Assert.Contains("type integer", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 1 AS id,\n  nix AS v", "line 2, column 3")]
    [InlineData("SELECT 1 AS id FORM x y", "line 1, column")]
    [InlineData("SELECT (1 AS id", "line 1, column 11")]
    [InlineData("SELECT 1 AS id WHERE", "at the end of the query")]
    public async Task Query_that_does_not_compile_names_the_place(string query, string place)
    {
        await using var warehouse = new PostgresWarehouse(database.ConnectionString);
        var e = await Assert.ThrowsAsync<PortException>(() => warehouse.DescribeAsync(Query(query), CancellationToken.None));
        Assert.Equal(PortTrouble.Refused, e.Trouble);
        Assert.Contains(place, e.Message, StringComparison.Ordinal);
    }

    private static WarehouseSide Query(string query) => new() { Connection = "main", Kind = SourceKind.Query, Source = query, Key = ["id"] };

    private static async Task<PortException> FailAsync(string connectionString)
    {
        await using var warehouse = new PostgresWarehouse(connectionString);
        return await Assert.ThrowsAsync<PortException>(() => warehouse.CheckAsync(CancellationToken.None));
    }
}
