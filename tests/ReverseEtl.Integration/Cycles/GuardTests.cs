using System.Globalization;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

public sealed class GuardTests : Scenario
{
    private static readonly CycleRequest Approved = new("approved") { FullWarehouse = true, Approved = true };

    [Fact]
    public async Task Too_many_changes_are_held_before_the_first_write_until_a_person_approves()
    {
        await LoadedAsync(10, new Guard { MaxChanges = new Cap(20, IsPercent: true) });
        World.Options = World.Options with { BatchSize = 1 };
        await World.SqlAsync("update people set first_name = 'New' where id <= 'P-03'");
        var writes = World.Screen.Writes;

        var held = await SyncAsync();

        Assert.Equal((writes, "attention"), (World.Screen.Writes, held.Result.Outcome));
        Assert.Contains("max_changes", held.Result.Message, StringComparison.Ordinal);
        Assert.Equal(("*", held.Result.Message), (held.Held[0].Key, held.Held[0].Reason));

        var passed = await SyncAsync(Approved);
        Assert.Equal(3, passed.Result.Updated);
        await RestsAsync();
    }

    [Fact]
    public async Task As_many_changes_as_allowed_pass()
    {
        await LoadedAsync(10, new Guard { MaxChanges = new Cap(20, IsPercent: true) });
        await World.SqlAsync("update people set first_name = 'New' where id <= 'P-02'");

        var report = await SyncAsync();

        Assert.Equal((2, "ok"), (report.Result.Updated, report.Result.Outcome));
        await RestsAsync();
    }

    [Fact]
    public async Task Too_many_deletes_are_held_before_the_first_write_until_a_person_approves()
    {
        await LoadedAsync(10, new Guard { MaxDeletes = new Cap(2, IsPercent: false) }, new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete });
        World.Options = World.Options with { BatchSize = 1 };
        await World.SqlAsync("delete from people where id <= 'P-03'");

        var held = await SyncAsync();
        Assert.Contains("max_deletes", held.Result.Message, StringComparison.Ordinal);
        Assert.Equal(10, CountInCrm);

        var passed = await SyncAsync(Approved);
        Assert.Equal((3, 7), (passed.Result.Deleted, CountInCrm));
        await RestsAsync();
    }

    [Fact]
    public async Task Rows_are_not_deleted_in_the_warehouse_beyond_the_cap()
    {
        await LoadedAsync(10, new Guard { MaxDeletes = new Cap(2, IsPercent: false) }, new RecordRules { GoneFromCrm = GoneFromCrm.Delete });
        World.Options = World.Options with { BatchSize = 1 };
        foreach (var id in new[] { "P-01", "P-02", "P-03" })
        {
            World.Screen.Delete(People.Contacts, RecordOf(id));
        }

        var held = await SyncAsync();
        Assert.Contains("max_deletes", held.Result.Message, StringComparison.Ordinal);
        Assert.Equal("10", await World.ValueAsync("select count(*) from people"));

        await SyncAsync(Approved);
        Assert.Equal("7", await World.ValueAsync("select count(*) from people"));
        await RestsAsync();
    }

    [Fact]
    public async Task Rows_that_came_back_do_not_count_as_deletes()
    {
        await LoadedAsync(10, new Guard { MaxDeletes = new Cap(3, IsPercent: false) }, new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete });
        World.Options = World.Options with { TombstoneAge = TimeSpan.FromDays(1) };
        foreach (var (from, to) in new[] { ("P-01", "P-03"), ("P-04", "P-06") })
        {
            await World.SqlAsync($"create table away as select * from people where id between '{from}' and '{to}'; delete from people where id between '{from}' and '{to}'");
            await SyncAsync();
            await World.SqlAsync("insert into people select * from away; drop table away");
        }

        World.Time.Advance(TimeSpan.FromDays(2));
        var report = await SyncAsync();

        Assert.Equal((null, 10), (report.Result.Message, CountInCrm));
        await RestsAsync();
    }

    [Theory]
    [InlineData(GoneFromWarehouse.Keep)]
    [InlineData(GoneFromWarehouse.Delete)]
    [InlineData(GoneFromWarehouse.Review)]
    public async Task Emptied_warehouse_halts_the_mapping(GoneFromWarehouse rule)
    {
        await LoadedAsync(10, new Guard(), new RecordRules { GoneFromWarehouse = rule });
        await World.SqlAsync("delete from people");

        var held = await SyncAsync();

        Assert.Contains("side emptied", held.Result.Message, StringComparison.Ordinal);
        Assert.Equal((10, 0), (CountInCrm, held.Result.Conflicts));
        Assert.Equal("10", await World.ValueAsync("select count(*) from retl.pairs where state = 'linked'"));
    }

    [Theory]
    [InlineData(GoneFromWarehouse.Keep)]
    [InlineData(GoneFromWarehouse.Delete)]
    public async Task Changed_keys_halt_the_mapping(GoneFromWarehouse rule)
    {
        await LoadedAsync(10, new Guard(), new RecordRules { GoneFromWarehouse = rule });
        await World.SqlAsync("update people set id = 'X' || id");

        var held = await SyncAsync();

        Assert.Contains("keys changed", held.Result.Message, StringComparison.Ordinal);
        Assert.Equal(10, CountInCrm);
        Assert.Equal("10", await World.ValueAsync("select count(*) from retl.pairs where state = 'linked'"));
    }

    [Fact]
    public async Task First_load_passes_whatever_its_size()
    {
        await LoadedAsync(10, new Guard { MaxChanges = new Cap(1, IsPercent: false) });

        Assert.Equal(10, CountInCrm);
        await RestsAsync();
    }

    [Fact]
    public async Task Standing_rejects_do_not_count_as_changes()
    {
        await LoadedAsync(10, new Guard { MaxChanges = new Cap(1, IsPercent: false) }, vary: p => p.With(p.Field("segment", FieldOwner.Warehouse)));
        await World.SqlAsync("update people set segment = 'stranger' where id <= 'P-04'");
        await SyncAsync(Approved);
        await World.SqlAsync("insert into people (id, segment) values ('P-21', 'stranger'), ('P-22', 'stranger')");
        await SyncAsync(Approved);
        Assert.Equal(6, (await RejectsAsync()).Count);

        await World.SqlAsync("update people set first_name = 'New' where id = 'P-09'");
        var report = await SyncAsync();

        Assert.Equal((1, null), (report.Result.Updated, report.Result.Message));
        await RestsAsync();
    }

    [Fact]
    public async Task Edits_in_the_CRM_beyond_the_cap_are_held()
    {
        await LoadedAsync(10, new Guard { MaxChanges = new Cap(2, IsPercent: false) });
        foreach (var id in new[] { "P-01", "P-02", "P-03" })
        {
            Edit(id, ("phone", "typed"));
        }

        var held = await SyncAsync();
        Assert.Contains("max_changes", held.Result.Message, StringComparison.Ordinal);
        Assert.Equal("0", await World.ValueAsync("select count(phone) from people"));

        await SyncAsync(Approved);
        Assert.Equal("3", await World.ValueAsync("select count(phone) from people"));
        await RestsAsync();
    }

    private async Task LoadedAsync(int rows, Guard guard, RecordRules? records = null, Func<People, Mapping>? vary = null)
    {
        await BeginAsync(People.HubSpot, vary);
        Mapping = Mapping with { Guard = guard, Records = records ?? new RecordRules() };
        for (var i = 1; i <= rows; i++)
        {
            await AddAsync($"P-{i.ToString("00", CultureInfo.InvariantCulture)}");
        }

        await SyncAsync();
        await SyncAsync();
    }
}
