using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Integration.Support;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Integration.Salesforce;

/// <summary>What Salesforce's replication log tells that no query by stamp shows.</summary>
public sealed class ReplicationTests : Scenario
{
    [Fact]
    public async Task Record_that_left_the_recycle_bin_is_found_without_a_full_read()
    {
        await BeginAsync(People.Salesforce, p => p.Mapping with { Records = p.Mapping.Records with { GoneFromCrm = GoneFromCrm.Delete } });
        foreach (var id in new[] { "P-1", "P-2", "P-3" })
        {
            await AddAsync(id);
        }

        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(10));
        World.Screen.Delete(People.Contacts, RecordOf("P-2"));
        ((SalesforceSandbox)World.Site.Crm).EmptyBin();
        World.Time.Advance(TimeSpan.FromMinutes(3));
        await SyncAsync(new CycleRequest("test") { Approved = true });
        await SyncAsync(new CycleRequest("test") { Approved = true });
        Assert.Equal(["P-1", "P-3"], await World.RowsAsync("select id from people order by 1"));
    }

    // The lists of changes were cut off; whoever reads change events would be told of an overflow or a gap.
    [Fact]
    [Trait("Reference", "salesforce 11")]
    public async Task Overflow_or_gap_leads_to_a_resync_that_finds_what_no_list_tells_any_more()
    {
        await BeginAsync(People.Salesforce, p => p.Mapping with { Records = p.Mapping.Records with { GoneFromCrm = GoneFromCrm.Delete } });
        foreach (var id in new[] { "P-1", "P-2", "P-3" })
        {
            await AddAsync(id);
        }

        await SyncAsync();
        World.Time.Advance(TimeSpan.FromMinutes(70));
        await SyncAsync();
        var org = (SalesforceSandbox)World.Site.Crm;
        World.Screen.Delete(People.Contacts, RecordOf("P-2"));
        org.EmptyBin();
        org.PurgeDeleteLog("Contact");
        World.Time.Advance(TimeSpan.FromMinutes(6));
        await SyncAsync(new CycleRequest("test") { Approved = true });
        Assert.Equal("linked", await PairStateAsync("P-2"));
        await SyncAsync(new CycleRequest("test") { Approved = true });
        await SyncAsync(new CycleRequest("test") { Approved = true });
        Assert.Equal(["P-1", "P-3"], await World.RowsAsync("select id from people order by 1"));
    }
}
