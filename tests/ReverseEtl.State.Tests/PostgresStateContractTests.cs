using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State.Tests;

/// <summary>The contract on a real Postgres.</summary>
public sealed class PostgresStateContractTests(StateDatabase database) : StateContract, IClassFixture<StateDatabase>
{
    // Every row of every table, so that an update shows as much as an insert; hashed, because XML knows no infinite times.
    private const string Everything =
        """
        select table_name || query_to_xml('select md5(string_agg(t::text, chr(10) order by t::text)) from retl.' || table_name || ' as t', true, false, '')::text
          from information_schema.tables where table_schema = 'retl' and table_type = 'BASE TABLE' order by 1
        """;

    private string Id => $"(select id from retl.mapping where name = '{Mapping}')";

    protected override IStateStore Store => database.Store;

    protected override IStateStore AnotherStore() => new PostgresStateStore(new(database.ConnectionString));

    protected override Task RunOutLeaseAsync() => database.AskAsync($"update retl.lease set expires_at = clock_timestamp() where mapping_id = {Id}");

    protected override async Task StallAsync()
    {
        const string Sessions = "select pid from pg_stat_activity where datname = current_database() and state = 'idle in transaction'";
        while ((await database.AskAsync(Sessions)).Count > 0)
        {
            await database.AskAsync("select pg_sleep(0.02)");
        }
    }

    protected override Task EndHolderAsync() => database.AskAsync($"select pg_terminate_backend(backend_pid, 5000) from retl.lease where mapping_id = {Id}");

    protected override Task OvertakeAsync() => database.AskAsync($"update retl.lease set fence = fence + 1 where mapping_id = {Id}");

    protected override Task ChangeVersionAsync() => database.AskAsync($"update retl.mapping set version = gen_random_uuid() where id = {Id}");

    protected override async Task<IReadOnlyList<object>> DumpAsync() => await database.AskAsync(Everything);
}
