using Npgsql;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public sealed class AnchorTests(StateDatabase database) : StateTestBase(database)
{
    [Fact]
    public async Task Anchor_names_the_state_and_the_last_run_before_the_opening()
    {
        StateAnchor first, second;
        long run;
        await using (var state = await OpenAsync())
        {
            first = state.Anchor;
            run = await state.StartRunAsync("test", Noon, None);
            Assert.Equal(first, state.Anchor);
        }

        await using (var state = await OpenAsync())
        {
            second = state.Anchor;
        }

        Assert.Equal(new StateAnchor(first.State, 0), first);
        Assert.Equal(new StateAnchor(first.State, run), second);
        Assert.NotEqual(Guid.Empty, first.State);
    }

    [Fact]
    public async Task Anchor_stays_when_old_runs_are_removed()
    {
        long run;
        await using (var state = await OpenAsync())
        {
            run = await state.StartRunAsync("test", Noon, None);
            await state.FinishRunAsync(run, new RunResult { Outcome = "failed" }, Noon, None);
        }

        await using (var other = await OpenAsync(mapping: $"{Mapping}-other"))
        {
            var late = Noon.AddDays(200);
            await other.FinishRunAsync(await other.StartRunAsync("test", late, None), new RunResult { Outcome = "ok" }, late, None);
        }

        Assert.Empty(await Reports.RunsAsync(Mapping, 5, None));
        await using var again = await OpenAsync();
        Assert.Equal(run, again.Anchor.LastRun);
    }

    [Fact]
    public async Task Dry_run_leaves_the_anchor_as_it_was()
    {
        await using (var dry = await OpenAsync(dryRun: true))
        {
            await dry.StartRunAsync("plan", Noon, None);
        }

        await using var state = await OpenAsync();
        Assert.Equal(0, state.Anchor.LastRun);
    }

    [Fact]
    public async Task Doubt_lasts_until_a_run_has_not_failed()
    {
        long run;
        await using (var state = await OpenAsync())
        {
            Assert.Null(state.DoubtedThrough);
            run = await state.StartRunAsync("test", Noon, None);
            await state.FinishRunAsync(run, new RunResult { Outcome = "ok" }, Noon, None);
        }

        await using (var state = await OpenAsync())
        {
            await state.DoubtAsync(None);
            Assert.Equal(run, state.DoubtedThrough);
            await state.FinishRunAsync(await state.StartRunAsync("test", Noon, None), new RunResult { Outcome = "failed" }, Noon, None);
        }

        Assert.True(Assert.Single(await Reports.StatusAsync(None), s => s.Mapping == Mapping).NeedsComparison);
        await using (var state = await OpenAsync())
        {
            Assert.Equal(run, state.DoubtedThrough);
            await state.FinishRunAsync(await state.StartRunAsync("test", Noon, None), new RunResult { Outcome = "attention", AuditFindings = 3 }, Noon, None);
        }

        Assert.False(Assert.Single(await Reports.StatusAsync(None), s => s.Mapping == Mapping).NeedsComparison);
        Assert.Equal(3, Assert.Single(await Reports.RunsAsync(Mapping, 1, None)).Result!.AuditFindings);
        await using (var state = await OpenAsync())
        {
            Assert.Null(state.DoubtedThrough);
        }
    }

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

    [Fact]
    public async Task Dry_run_shares_no_transaction()
    {
        await using var dry = await OpenAsync(dryRun: true);
        Assert.Null(dry.Database);
        await Assert.ThrowsAsync<InvalidOperationException>(() => dry.SettleAsync(_ => Task.FromResult(At()), None));
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
