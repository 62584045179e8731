using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Warehouse and state in one database: a row and what is known of it are stored together or not at all.</summary>
public sealed class SharedDatabaseTests : Scenario
{
    [Fact]
    public async Task State_and_warehouse_know_that_they_are_one()
    {
        await BeginAsync(People.HubSpot);
        var opening = new StateOpening("m", default, [], "test", TimeSpan.FromMinutes(1), DryRun: false);
        await using var state = await World.State.OpenAsync(opening, CancellationToken.None);
        Assert.NotNull(state!.Database);
        Assert.Equal(state.Database, await World.Warehouse.DatabaseAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(false, "1")]
    [InlineData(true, "typed")]
    public async Task Settlement_that_fails_leaves_the_row_as_it_was_where_both_are_one_database(bool isApart, string left)
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        Edit("P-1", ("phone", "typed"));
        var whole = World.Warehouse;
        var bases = await BasesAsync();
        World.Warehouse = new CountingWarehouse(whole)
        {
            IsApart = isApart,
            OnWrite = () => World.SqlAsync("alter table retl.pair rename to pair_away").GetAwaiter().GetResult(),
        };

        await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        await World.SqlAsync("alter table retl.pair_away rename to pair");
        Assert.Equal(left, await RowAsync("P-1", "phone"));
        Assert.Equal(bases, await BasesAsync());

        World.Warehouse = whole;
        await SyncAsync();
        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task New_row_whose_settlement_fails_is_not_inserted_twice()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { NewInCrm = NewRecord.Create } });
        await SyncAsync();
        Type(("email", "new@example.org"), ("phone", "1"));
        var whole = World.Warehouse;
        World.Warehouse = new CountingWarehouse(whole) { OnWrite = () => World.SqlAsync("alter table retl.pair rename to pair_away").GetAwaiter().GetResult() };

        await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        await World.SqlAsync("alter table retl.pair_away rename to pair");
        Assert.Equal("0", await World.ValueAsync("select count(*) from people"));

        World.Warehouse = whole;
        await SyncAsync();
        Assert.Equal("1", await World.ValueAsync("select count(*) from people"));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_is_refused_spoils_neither_the_others_nor_the_settlement()
    {
        await BeginAsync(People.HubSpot);
        await World.SqlAsync("alter table people add check (phone <> 'bad')");
        foreach (var id in new[] { "P-1", "P-2", "P-3" })
        {
            await AddAsync(id, ("phone", "1"));
        }

        await SyncAsync();
        await SyncAsync();
        Edit("P-1", ("phone", "good"));
        Edit("P-2", ("phone", "bad"));
        Edit("P-3", ("phone", "fine"));
        await SyncAsync();

        Assert.Equal(("good", "1", "fine"), (await RowAsync("P-1", "phone"), await RowAsync("P-2", "phone"), await RowAsync("P-3", "phone")));
        Assert.Equal("P-2", Assert.Single(await RejectsAsync()).Key);
        await RestsAsync();
    }

    private Task<IReadOnlyList<string>> BasesAsync() => World.RowsAsync("select key, base::text from retl.pair order by key");
}
