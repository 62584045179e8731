using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A record whose row has left says so by a field, or goes for good; never by accident.</summary>
public sealed class OutOfUseTests : Scenario
{
    private CountingCrm Crm => (CountingCrm)World.Crm;

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_says_by_its_field_that_its_row_is_gone(string crm)
    {
        await LoadedAsync(crm, restore: "In use");
        await RemoveAsync("P-1");

        var report = await SyncAsync();

        Assert.Equal(("Gone", 2, 1), (InCrm("P-1", "city"), CountInCrm, report.Result.Deleted));
        Assert.Equal("gone_from_warehouse", await PairStateAsync("P-1"));
        await RestsAsync();
    }

    [Theory]
    [InlineData(People.HubSpot, "In use")]
    [InlineData(People.Salesforce, "In use")]
    [InlineData(People.HubSpot, null)]
    [InlineData(People.Salesforce, null)]
    public async Task Record_comes_back_to_life_with_its_row(string crm, string? restore)
    {
        await LoadedAsync(crm, restore);
        await RemoveAsync("P-1");
        await SyncAsync();

        await AddAsync("P-1", ("phone", "2"));
        await SyncAsync();

        Assert.Equal((restore, 2, "linked"), (InCrm("P-1", "city"), CountInCrm, await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task What_somebody_put_into_the_field_meanwhile_stands(string crm)
    {
        await LoadedAsync(crm, "In use");
        await RemoveAsync("P-1");
        await SyncAsync();
        Edit("P-1", ("city", "Bern"));

        await AddAsync("P-1");
        await SyncAsync();

        Assert.Equal(("Bern", "linked"), (InCrm("P-1", "city"), await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Fact]
    public async Task Record_whose_revival_was_refused_is_revived_later()
    {
        await LoadedAsync(People.HubSpot, "In use");
        await RemoveAsync("P-1");
        await SyncAsync();
        await AddAsync("P-1");
        Crm.Instead = batch => [.. batch.Writes.Select(w => new CrmWriteResult(WriteOutcome.Rejected, w.Id)
        {
            Error = new CrmError("lock", RetryRule.Later, "LOCKED", "busy"),
        })];
        await SyncAsync();
        Assert.Equal(("Gone", "gone_from_warehouse"), (InCrm("P-1", "city"), await PairStateAsync("P-1")));

        Crm.Instead = _ => null;
        World.Time.Advance(TimeSpan.FromHours(1));
        await SyncAsync();

        Assert.Equal(("In use", "linked"), (InCrm("P-1", "city"), await PairStateAsync("P-1")));
        await RestsAsync();
    }

    [Fact]
    public async Task Guard_counts_a_record_that_goes_out_of_use_as_a_deletion()
    {
        await LoadedAsync(People.HubSpot, "In use", new Guard { MaxDeletes = new Cap(0, IsPercent: false) });
        await RemoveAsync("P-1");

        var report = await SyncAsync();

        Assert.Contains("max_deletes", report.Result.Message, StringComparison.Ordinal);
        Assert.Null(InCrm("P-1", "city"));
    }

    [Fact]
    public async Task Plan_shows_the_field()
    {
        await LoadedAsync(People.HubSpot, "In use");
        await RemoveAsync("P-1");
        await SyncAsync(new CycleRequest("test") { Push = false });

        var plan = await PlanAsync();

        var change = Assert.Single(plan.Changes);
        Assert.Equal(("archive", People["city"], "Gone"), (change.Action, Assert.Single(change.Fields).Field, change.Fields[0].After.Text));
    }

    [Fact]
    public async Task Purge_is_refused_where_the_crm_cannot()
    {
        await BeginAsync(People.HubSpot, Purging);
        World.Crm = new CountingCrm(World.Crm) { OnTraits = traits => traits with { Purges = false } };

        var refused = await Assert.ThrowsAsync<PortException>(() => SyncAsync());

        Assert.Contains("cannot remove records for good", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_is_asked_for_by_its_own_kind_of_write_and_only_after_its_time()
    {
        await BeginAsync(People.HubSpot, Purging);
        World.Crm = new CountingCrm(World.Crm) { OnTraits = traits => traits with { Purges = true } };
        await AddAsync("P-1");
        await AddAsync("P-2");
        await SyncAsync();
        await SyncAsync();
        World.Options = World.Options with { TombstoneAge = TimeSpan.FromDays(1) };
        await RemoveAsync("P-1");
        Crm.Instead = batch => [.. batch.Writes.Select(w => new CrmWriteResult(WriteOutcome.Confirmed, w.Id))];
        var kinds = new List<CrmWriteKind>();
        Crm.OnWrite = batch => kinds.AddRange(batch.Writes.Select(w => w.Kind));

        await SyncAsync();
        Assert.Empty(kinds);
        World.Time.Advance(TimeSpan.FromDays(2));
        await SyncAsync();

        Assert.Equal([CrmWriteKind.Purge], kinds);
        Assert.Null(await PairStateAsync("P-1"));
    }

    private static Mapping Purging(People people) => people.Mapping with
    {
        Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.PurgeIrrecoverably },
        Guard = new Guard { MaxDeletes = new Cap(5, IsPercent: false) },
    };

    private async Task LoadedAsync(string crm, string? restore, Guard? guard = null)
    {
        await BeginAsync(crm, p => p.Mapping with
        {
            Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Archive, Archive = new ArchiveField(p["city"], "Gone", restore) },
            Guard = guard ?? new Guard(),
        });
        World.Crm = new CountingCrm(World.Crm);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
    }
}
