using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State.Tests;

/// <summary>Rows of the same database within the state's transaction.</summary>
public sealed class PostgresSharedTransactionTests(StateDatabase database) : PostgresTestBase(database)
{
    [Fact]
    public async Task Rows_and_what_is_learnt_from_them_are_stored_together()
    {
        await RunAsync("create table if not exists public.shared (id text primary key)");
        await using var state = await OpenAsync();
        await state.SettleAsync(
            async transaction =>
            {
                await InsertAsync((NpgsqlTransaction)transaction, $"{Mapping}-good");
                return At() with { Pairs = [Linked("a")] };
            },
            None);
        Assert.Single(await state.PairsByKeyAsync(["a"], None));
        Assert.Single(await Database.AskAsync($"select id from public.shared where id = '{Mapping}-good'"));
    }

    [Fact]
    public async Task Neither_row_nor_pair_is_stored_when_the_settlement_fails()
    {
        await RunAsync("create table if not exists public.shared (id text primary key)");
        await using var state = await OpenAsync();
        await Assert.ThrowsAsync<PortException>(() => state.SettleAsync(
            async transaction =>
            {
                await InsertAsync((NpgsqlTransaction)transaction, $"{Mapping}-bad");

                // Two pairs on one record break a unique index.
                return At() with { Pairs = [Linked("a", "C-1"), Linked("b", "C-1")] };
            },
            None));
        Assert.Empty(await state.PairsByKeyAsync(["a", "b"], None));
        Assert.Empty(await Database.AskAsync($"select id from public.shared where id = '{Mapping}-bad'"));
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task InsertAsync(NpgsqlTransaction transaction, string id)
    {
        await using var command = new NpgsqlCommand("insert into public.shared values ($1)", transaction.Connection) { Parameters = { new() { Value = id } } };
        await command.ExecuteNonQueryAsync();
    }
}
