using Npgsql;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.Warehouses.Tests.Postgres;

/// <summary>Rows that become part of somebody else's transaction.</summary>
public sealed class PostgresSharedWriteTests(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private static int _count;
    private readonly string _schema = $"s{Interlocked.Increment(ref _count)}";
    private readonly IWarehouse _warehouse = WarehouseFactory.Create(new("postgres", database.ConnectionString));

    private string Table => $"{_schema}.m";

    public Task InitializeAsync() => database.RunAsync(
        $"CREATE SCHEMA {_schema}; CREATE TABLE {Table} (id integer PRIMARY KEY, v text CHECK (v <> 'bad')); INSERT INTO {Table} VALUES (1, 'old'), (2, 'old'), (3, 'old')");

    public async Task DisposeAsync() => await _warehouse.DisposeAsync();

    [Theory]
    [InlineData(true, "new")]
    [InlineData(false, "old")]
    public async Task Row_is_stored_when_the_transaction_is_committed_and_not_before(bool commits, string stored)
    {
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var result = Assert.Single(await WriteAsync(transaction, Update("1", "new")));
        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
        Assert.Equal("old", await ValueAsync(1));
        await (commits ? transaction.CommitAsync() : transaction.RollbackAsync());
        Assert.Equal(stored, await ValueAsync(1));
    }

    [Fact]
    public async Task Row_that_is_refused_spoils_neither_the_others_nor_the_transaction()
    {
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var results = await WriteAsync(transaction, Update("1", "new"), Update("2", "bad"), Update("3", "new"));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(r => r.Outcome));
        await transaction.CommitAsync();
        Assert.Equal(("new", "old", "new"), (await ValueAsync(1), await ValueAsync(2), await ValueAsync(3)));
    }

    [Fact]
    public async Task Transaction_goes_on_when_the_whole_write_is_refused()
    {
        await using var connection = await ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await WriteAsync(transaction, Update("1", "new"));
        await Assert.ThrowsAsync<PortException>(() => _warehouse.WriteAsync(new("x", $"{_schema}.missing", ["id"], []), [Update("2", "new")], transaction, CancellationToken.None));
        await Assert.ThrowsAsync<PortException>(() => _warehouse.WriteAsync(
            new("x", Table, ["id"], []), [Update("2", "new"), new(WarehouseWriteKind.Update, "3", "c", [Set("no_column", "x")])], transaction, CancellationToken.None));
        await transaction.CommitAsync();
        Assert.Equal(("new", "old"), (await ValueAsync(1), await ValueAsync(2)));
    }

    [Fact]
    public async Task Landing_table_is_made_within_the_transaction()
    {
        var target = new WarehouseTarget($"landed_{_schema}", null, ["id"], [new FieldSchema("v", new FieldType(FieldKind.Text))]);
        await using var connection = await ConnectAsync();
        await using (var undone = await connection.BeginTransactionAsync())
        {
            await _warehouse.WriteAsync(target, [Update("1", "x")], undone, CancellationToken.None);
            await undone.RollbackAsync();
        }

        await using var transaction = await connection.BeginTransactionAsync();
        await _warehouse.WriteAsync(target, [Update("1", "x")], transaction, CancellationToken.None);
        await transaction.CommitAsync();
        Assert.Equal("x", await AskAsync($"SELECT v FROM crm_landing.{target.Mapping}"));
    }

    [Fact]
    public async Task Database_is_the_same_by_another_connection_and_another_for_another_role_or_search_path()
    {
        await database.RunAsync($"CREATE ROLE other_{_schema} LOGIN");
        await using var same = new PostgresWarehouse(database.ConnectionString);
        await using var role = new PostgresWarehouse($"{database.ConnectionString};Username=other_{_schema}");
        await using var path = new PostgresWarehouse($"{database.ConnectionString};Search Path={_schema}");
        var identity = await _warehouse.DatabaseAsync(CancellationToken.None);
        Assert.NotNull(identity);
        Assert.Equal(identity, await same.DatabaseAsync(CancellationToken.None));
        Assert.NotEqual(identity, await role.DatabaseAsync(CancellationToken.None));
        Assert.NotEqual(identity, await path.DatabaseAsync(CancellationToken.None));
        await database.RunAsync($"DROP ROLE other_{_schema}");
    }

    private static ColumnWrite Set(string column, string value) => new(column, FieldValue.NotObserved, FieldValue.Of(value));

    private static WarehouseWrite Update(string key, string value) => new(WarehouseWriteKind.Update, key, "c", [Set("v", value)]);

    private Task<IReadOnlyList<WarehouseWriteResult>> WriteAsync(NpgsqlTransaction within, params WarehouseWrite[] writes) =>
        _warehouse.WriteAsync(new("x", Table, ["id"], []), writes, within, CancellationToken.None);

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private Task<string?> ValueAsync(int id) => AskAsync($"SELECT v FROM {Table} WHERE id = {id}");

    private async Task<string?> AskAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
