using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>The state or the warehouse fails, the cycle is stopped, or another process is at work.</summary>
public sealed class OutageTests : Scenario
{
    [Fact]
    public async Task State_that_fails_after_the_write_is_made_good_by_the_next_cycle()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        crm.OnWrite = _ => World.SqlAsync("alter table retl.pair rename to pair_away").GetAwaiter().GetResult();

        await Assert.ThrowsAnyAsync<Exception>(() => SyncAsync());
        await World.SqlAsync("alter table retl.pair_away rename to pair");
        crm.OnWrite = _ => { };
        Assert.Equal(2, CountInCrm);
        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal((2, "linked"), (CountInCrm, await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Fact]
    public async Task State_whose_connection_breaks_after_the_write_is_made_good_by_the_next_cycle()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        await SetAsync("P-1", "phone", "2");
        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        crm.OnWrite = _ => BreakAsync().GetAwaiter().GetResult();

        await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        crm.OnWrite = _ => { };
        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(30));
        await SyncAsync();

        Assert.Equal(("2", "2"), (InCrm("P-1", "phone"), await RowAsync("P-1", "phone")));
        await RestsAsync();
    }

    [Fact]
    public async Task Warehouse_that_cannot_be_written_fails_the_cycle_and_the_next_one_goes_on()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        Edit("P-1", ("phone", "typed"), ("first_name", "drift"));
        var whole = World.Warehouse;
        World.Warehouse = new CountingWarehouse(whole) { OnWrite = () => throw new PortException(PortTrouble.Unavailable, "down") };

        await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        Assert.Equal("1", await RowAsync("P-1", "phone"));
        Assert.Null(InCrm("P-1", "first_name"));

        World.Warehouse = whole;
        await SyncAsync();
        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Warehouse_that_cannot_take_a_new_row_leaves_nothing_half_done()
    {
        await BeginAsync(People.HubSpot, p => p.Mapping with { Records = new RecordRules { NewInCrm = NewRecord.Create } });
        await AddAsync("P-1");
        await SyncAsync();
        var id = Type(("email", "new@example.org"));
        var whole = World.Warehouse;
        World.Warehouse = new CountingWarehouse(whole) { OnWrite = () => throw new PortException(PortTrouble.Unavailable, "down") };
        await Assert.ThrowsAsync<PortException>(() => SyncAsync());

        World.Warehouse = whole;
        await SyncAsync();

        Assert.Equal(id, await RowAsync(id, "id"));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_moves_while_a_pulled_value_is_on_its_way_is_decided_anew()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        Edit("P-1", ("phone", "C"));
        var moved = false;
        World.Warehouse = new CountingWarehouse(World.Warehouse)
        {
            OnWrite = () =>
            {
                if (!moved)
                {
                    SetAsync("P-1", "phone", "W").GetAwaiter().GetResult();
                }

                moved = true;
            },
        };

        await SyncAsync();

        Assert.Equal(("W", "C"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Equal(("W", "C"), Assert.Single(await ConflictsAsync()) is var asked ? (asked.Warehouse.Text, asked.Crm.Text) : default);
        await RestsAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Stopped_cycle_finishes_what_is_journalled_and_the_next_one_does_the_rest(int batches)
    {
        await BeginAsync(People.HubSpot);
        World.Options = World.Options with { BatchSize = 2 };
        for (var i = 1; i <= 7; i++)
        {
            await AddAsync($"P-{i}", ("phone", "1"));
        }

        using var stop = new CancellationTokenSource();
        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        crm.OnWrite = _ =>
        {
            if (--batches == 0)
            {
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => World.SyncAsync(Mapping, null, stop.Token));
        Assert.Equal(CountInCrm.ToString(), await World.ValueAsync("select count(*) from retl.pairs where state = 'linked'"));
        Assert.Equal("0", await World.ValueAsync("select count(*) from retl.intent"));

        await SyncAsync();
        Assert.Equal(7, CountInCrm);
        await RestsAsync();
    }

    [Fact]
    public async Task Second_opener_is_told_that_somebody_is_at_work()
    {
        await BeginAsync(People.HubSpot);
        await AddAsync("P-1");
        CycleReport? second = null;
        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        crm.OnWrite = _ => second ??= SyncAsync().GetAwaiter().GetResult();

        var first = await SyncAsync();

        Assert.Equal((1, "ok"), (first.Result.Created, first.Result.Outcome));
        Assert.Equal((true, 0, "busy"), (second!.Busy, second.Run, second.Result.Outcome));
        Assert.Equal(1, CountInCrm);
        await RestsAsync();
    }

    private Task BreakAsync() => World.SqlAsync(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())");
}
