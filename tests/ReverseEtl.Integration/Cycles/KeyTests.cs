using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Rows that cannot be told apart by their key.</summary>
public sealed class KeyTests : Scenario
{
    [Theory]
    [InlineData(1000)]
    [InlineData(1)]
    public async Task Null_and_repeated_keys_are_rejected_and_the_rest_goes_on(int batch)
    {
        await BeginAsync(People.HubSpot);
        await World.SqlAsync("drop index people_key; alter table people alter id drop not null");
        World.Options = World.Options with { BatchSize = batch };
        await AddAsync("P-1");
        await AddAsync("P-2", ("email", "a@example.org"));
        await AddAsync("P-2", ("email", "b@example.org"));
        await World.SqlAsync("insert into people (email) values ('c@example.org')");

        var report = await SyncAsync();

        Assert.Equal((1, 2), (report.Result.Created, report.Result.Rejected));
        Assert.All(await RejectsAsync(), r => Assert.Equal("key", r.Class));
        await RestsAsync();

        await World.SqlAsync("delete from people where email in ('b@example.org', 'c@example.org')");
        await SyncAsync();
        Assert.Equal(2, CountInCrm);
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Linked_row_whose_key_is_repeated_for_a_while_is_left_alone_and_then_goes_on()
    {
        await BeginAsync(People.HubSpot);
        await World.SqlAsync("drop index people_key; alter table people alter id drop not null");
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await AddAsync("P-1", ("phone", "2"));

        var report = await SyncAsync();
        Assert.Equal((1, "1"), (report.Result.Rejected, InCrm("P-1", "phone")));
        Assert.Equal("linked", await PairStateAsync("P-1"));

        await World.SqlAsync("delete from people where phone = '2'");
        await SyncAsync();
        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Repeated_key_that_is_gone_altogether_is_rejected_no_longer()
    {
        await BeginAsync(People.HubSpot);
        await World.SqlAsync("drop index people_key; alter table people alter id drop not null");
        await AddAsync("P-1");
        await AddAsync("P-1");
        await SyncAsync();
        Assert.Single(await RejectsAsync());

        await World.SqlAsync("delete from people");
        await SyncAsync();

        Assert.Empty(await RejectsAsync());
        await RestsAsync();
    }
}
