using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Records that are purged: no list of changes names them, only a full read does not show them.</summary>
public sealed class SweepTests : Scenario
{
    private static readonly CycleRequest Full = new("test") { FullWarehouse = true, FullCrm = true };

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Purged_record_is_noticed_by_a_full_read_and_not_before(string crm)
    {
        await LoadedAsync(crm, 3);
        Purge("P-1");

        await SyncAsync();
        Assert.Equal("linked", await PairStateAsync("P-1"));
        var report = await SyncAsync(Full);

        Assert.Equal("gone_from_crm", await PairStateAsync("P-1"));
        Assert.Equal("linked", await PairStateAsync("P-2"));
        Assert.Equal(0, report.Result.AuditFindings);
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Purged_record_goes_the_way_of_the_rule_after_its_time(string crm)
    {
        await LoadedAsync(crm, 3, GoneFromCrm.Delete);
        World.Options = World.Options with { TombstoneAge = TimeSpan.FromDays(1) };
        Purge("P-1");

        await SyncAsync(Full);
        Assert.Equal("P-1", await RowAsync("P-1", "id"));
        Assert.Equal("1", await World.ValueAsync("select missing from retl.freshness"));
        World.Time.Advance(TimeSpan.FromDays(2));
        await SyncAsync();

        Assert.Null(await RowAsync("P-1", "id"));
        Assert.Equal("P-2", await RowAsync("P-2", "id"));
        await RestsAsync();
    }

    [Fact]
    public async Task Full_read_that_breaks_off_proves_nothing()
    {
        await LoadedAsync(People.HubSpot, 3);
        var crm = new CountingCrm(World.Crm) { OnPage = _ => throw new PortException(PortTrouble.Unavailable, "gone") };
        World.Crm = crm;
        Purge("P-1");

        await Assert.ThrowsAsync<PortException>(() => SyncAsync(Full));

        Assert.Equal(["linked", "linked", "linked"], await World.RowsAsync("select state from retl.pairs"));
        crm.OnPage = page => page;
        await SyncAsync(Full);
        Assert.Equal("gone_from_crm", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_the_list_left_out_is_not_missing_and_its_news_are_taken(string crm)
    {
        await LoadedAsync(crm, 3);
        var left = RecordOf("P-1");
        World.Crm = new CountingCrm(World.Crm) { OnPage = page => [.. page.Where(c => c.Id != left)] };
        Edit("P-1", ("phone", "typed"));

        await SyncAsync();
        Assert.Equal("1", await RowAsync("P-1", "phone"));
        await SyncAsync(Full);

        Assert.Equal(("typed", "linked"), (await RowAsync("P-1", "phone"), await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lost_rights_do_not_look_like_deletions(bool wholeObject)
    {
        await LoadedAsync(People.HubSpot, 3, GoneFromCrm.Delete);
        var crm = new CountingCrm(World.Crm);
        World.Crm = crm;
        var hidden = false;
        crm.OnPage = page =>
        {
            // In the middle of the cycle, when the mapping is bound already.
            hidden = true;
            return [];
        };
        crm.Hides = () => hidden;
        crm.OnDescribe = schema => !hidden ? schema : wholeObject ? null : schema! with
        {
            Fields = schema.Fields.Where(f => f.Key != People["phone"]).ToDictionary(f => f.Key, f => f.Value, StringComparer.OrdinalIgnoreCase),
        };

        var trouble = await Assert.ThrowsAsync<PortException>(() => SyncAsync(Full));
        Assert.Contains("not visible any more", trouble.Message, StringComparison.Ordinal);
        Assert.Equal(["linked", "linked", "linked"], await World.RowsAsync("select state from retl.pairs"));
        Assert.Equal("0", await World.ValueAsync("select count(*) from retl.tombstone"));

        crm.OnPage = page => page;
        crm.Hides = () => false;
        crm.OnDescribe = schema => schema;
        await RestsAsync();
    }

    [Fact]
    public async Task Side_that_was_emptied_halts_the_cycle_before_the_first_consequence()
    {
        await LoadedAsync(People.HubSpot, 6);
        foreach (var i in Enumerable.Range(1, 6))
        {
            Purge($"P-{i}");
        }

        var report = await SyncAsync(Full);
        Assert.Contains("side emptied", report.Result.Message, StringComparison.Ordinal);
        Assert.All(await World.RowsAsync("select state from retl.pairs"), state => Assert.Equal("linked", state));

        await SyncAsync(Full with { Approved = true });
        Assert.All(await World.RowsAsync("select state from retl.pairs"), state => Assert.Equal("gone_from_crm", state));
        await RestsAsync();
    }

    private async Task LoadedAsync(string crm, int count, GoneFromCrm rule = GoneFromCrm.Keep)
    {
        await BeginAsync(crm, p => p.Mapping with { Records = new RecordRules { GoneFromCrm = rule } });
        for (var i = 1; i <= count; i++)
        {
            await AddAsync($"P-{i}", ("phone", "1"));
        }

        await SyncAsync();
        await SyncAsync();
    }

    private void Purge(string id)
    {
        var record = RecordOf(id);
        World.Screen.Delete(People.Contacts, record);
        World.Screen.Purge(People.Contacts, record);
    }
}
