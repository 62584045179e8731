using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>The daemon or the warehouse compares the model with what is known of it: both find the same, and one may follow the other.</summary>
public sealed class ComparisonTests : Scenario
{
    [Fact]
    public async Task Comparer_that_changes_back_and_forth_misses_nothing()
    {
        await LoadedAsync(Comparer.Daemon);
        foreach (var (comparer, phone) in new[]
        {
            (Comparer.Warehouse, "2"), (Comparer.Daemon, "3"), (Comparer.Warehouse, "2"), (Comparer.Warehouse, "3"), (Comparer.Daemon, "1"), (Comparer.Warehouse, "3"),
        })
        {
            World.Options = World.Options with { Compare = comparer };
            await SetAsync("P-1", "phone", phone);
            var report = await SyncAsync();
            Assert.Equal((comparer, 1, phone), (report.Comparison!.By, report.Result.Updated, InCrm("P-1", "phone")));
            await RestsAsync();
        }
    }

    [Fact]
    public async Task Change_of_the_comparer_writes_nothing()
    {
        await LoadedAsync(Comparer.Daemon);
        Assert.Equal("0", await World.ValueAsync(Unstamped));
        var written = await World.ValueAsync(Written);
        foreach (var comparer in new[] { Comparer.Warehouse, Comparer.Daemon })
        {
            World.Options = World.Options with { Compare = comparer };
            await SyncAsync();
            Assert.Equal(written, await World.ValueAsync(Written));
        }
    }

    [Theory]
    [InlineData(Comparer.Warehouse)]
    [InlineData(Comparer.Daemon)]
    public async Task Row_that_means_what_it_did_is_stamped_once(Comparer comparer)
    {
        await LoadedAsync(comparer);
        await SetAsync("P-1", "phone", "1 ");
        Assert.Equal(0, (await SyncAsync()).Result.Updated);
        var written = await World.ValueAsync(Written);
        await SyncAsync();
        Assert.Equal(written, await World.ValueAsync(Written));
        await SetAsync("P-1", "phone", "2");
        Assert.Equal(1, (await SyncAsync()).Result.Updated);
    }

    [Fact]
    public async Task Daemon_asks_for_rows_that_moved_where_the_key_has_an_index_and_else_reads_all()
    {
        await LoadedAsync(Comparer.Daemon);
        await SetAsync("P-2", "phone", "2");
        await AddAsync("P-3", ("phone", "3"));
        var watched = new CountingWarehouse(World.Warehouse);
        World.Warehouse = watched;
        await SyncAsync();
        Assert.Equal(("2", "3"), (InCrm("P-2", "phone"), InCrm("P-3", "phone")));
        Assert.Equal(0, watched.WholeScans);
        Assert.DoesNotContain("P-1", watched.Asked);

        await World.SqlAsync("drop index people_key");
        await SetAsync("P-2", "phone", "4");
        await SyncAsync();
        Assert.Equal(("4", 1), (InCrm("P-2", "phone"), watched.WholeScans));
    }

    [Theory]
    [InlineData(Comparer.Warehouse)]
    [InlineData(Comparer.Daemon)]
    public async Task Row_is_stamped_with_the_settlement_of_what_was_read(Comparer comparer)
    {
        await LoadedAsync(comparer);
        Assert.Equal("0", await World.ValueAsync(Unstamped));
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();
        await SyncAsync();
        Assert.Equal("0", await World.ValueAsync(Unstamped));
    }

    [Fact]
    public async Task Row_that_we_wrote_is_found_as_written()
    {
        await LoadedAsync(Comparer.Warehouse);
        Edit("P-1", ("phone", "typed"));
        await SyncAsync();
        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        await SetAsync("P-1", "phone", "1");
        await SyncAsync();
        Assert.Equal("1", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_leaves_and_comes_back_as_it_was_is_noticed_both_times()
    {
        await LoadedAsync(Comparer.Warehouse);
        await World.SqlAsync("create table away as select * from people where id = 'P-1'; delete from people where id = 'P-1'");
        await SyncAsync();
        await SyncAsync();
        Assert.Equal("gone_from_warehouse", await PairStateAsync("P-1"));

        await World.SqlAsync("insert into people select * from away");
        await SyncAsync();
        await SyncAsync();
        Assert.Equal("linked", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Fact]
    public async Task Second_row_with_a_key_is_held_also_where_it_looks_like_the_first()
    {
        await LoadedAsync(Comparer.Warehouse);
        await World.SqlAsync("drop index people_key; insert into people select * from people where id = 'P-1'");
        await SyncAsync();
        var reject = Assert.Single(await RejectsAsync());
        Assert.Equal(("P-1", "key"), (reject.Key, reject.Class));
    }

    [Fact]
    public async Task Edited_mapping_has_every_row_looked_at()
    {
        await LoadedAsync(Comparer.Warehouse);
        Mapping = Mapping with { Fields = [.. Mapping.Fields.Where(f => f.Warehouse != "job_title")] };
        await SyncAsync();
        await SetAsync("P-1", "job_title", "CEO");
        var report = await SyncAsync();
        Assert.Equal((0, Comparer.Warehouse), (report.Result.Updated, report.Comparison!.By));
        await SetAsync("P-1", "phone", "9");
        await SyncAsync();
        Assert.Equal("9", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Theory]
    [InlineData(Comparer.Auto, false, Comparer.Warehouse, "model and state are in one database")]
    [InlineData(Comparer.Warehouse, false, Comparer.Warehouse, "model and state are in one database")]
    [InlineData(Comparer.Daemon, false, Comparer.Daemon, "Engine:Compare says so")]
    [InlineData(Comparer.Warehouse, true, Comparer.Daemon, "warehouse 'main' cannot compare by itself")]
    public async Task Plan_says_who_compares_and_why(Comparer asked, bool isApart, Comparer by, string why)
    {
        await LoadedAsync(asked);
        World.Warehouse = isApart ? new CountingWarehouse(World.Warehouse) { IsApart = true } : World.Warehouse;
        var report = await SyncAsync(new CycleRequest("plan") { DryRun = true, FullWarehouse = true });
        Assert.Equal(new Comparison(by, why), report.Comparison);
    }

    private const string Written = "select sum(xmin::text::bigint) from retl.pair";

    private const string Unstamped = "select count(*) from retl.pair where row_hash = 0";

    private async Task LoadedAsync(Comparer comparer)
    {
        await BeginAsync(People.HubSpot);
        World.Options = World.Options with { Compare = comparer };
        await AddAsync("P-1", ("phone", "1"), ("job_title", "CTO"));
        await AddAsync("P-2", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
    }
}
