using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A warehouse in another database than the state: a row may be written and the daemon die before it is recorded.</summary>
public sealed class RowRecoveryTests : Scenario
{
    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Row_that_shows_what_was_to_be_written_is_no_edit_of_its_own(string crm)
    {
        await WrittenAndNotRecordedAsync(crm, ConflictPolicy.Review);

        Edit("P-1", ("phone", "typed later"));
        await SyncAsync();

        Assert.Equal(("typed later", "typed later"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Empty(await ConflictsAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task What_the_CRM_said_before_does_not_win_against_what_it_says_now()
    {
        await WrittenAndNotRecordedAsync(People.HubSpot, ConflictPolicy.WarehouseWins);

        Edit("P-1", ("phone", "typed later"));
        await SyncAsync();

        Assert.Equal(("typed later", "typed later"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_was_edited_since_is_heard()
    {
        await WrittenAndNotRecordedAsync(People.HubSpot, ConflictPolicy.Review);

        await SetAsync("P-1", "phone", "W");
        await SyncAsync();

        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal(("W", "typed"), (asked.Warehouse.Text, asked.Crm.Text));
        await RestsAsync();
    }

    private async Task WrittenAndNotRecordedAsync(string crm, ConflictPolicy policy)
    {
        await BeginAsync(crm, p => p.Shared("phone", policy));
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
        Edit("P-1", ("phone", "typed"));
        World.Warehouse = new CountingWarehouse(World.Warehouse)
        {
            IsApart = true,
            OnWrite = () => World.SqlAsync("alter table retl.pair rename to pair_away").GetAwaiter().GetResult(),
        };
        await Assert.ThrowsAsync<PortException>(() => SyncAsync());
        ((CountingWarehouse)World.Warehouse).OnWrite = () => { };
        await World.SqlAsync("alter table retl.pair_away rename to pair");
        Assert.Equal("typed", await RowAsync("P-1", "phone"));
    }
}
