using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>What a read by change misses, the next full read finds; and what was not read is not passed by (I12).</summary>
public sealed class WatermarkTests : Scenario
{
    private const string Hidden = "hidden";

    [Theory]
    [InlineData(People.HubSpot, 2)]
    [InlineData(People.Salesforce, 2)]
    [InlineData(People.HubSpot, 5)]
    [InlineData(People.Salesforce, 5)]
    public async Task Edits_of_a_field_that_was_hidden_for_a_while_arrive_when_it_is_seen_again(string crm, int records)
    {
        await BeginAsync(crm, p => p.With(p.Field("phone", FieldOwner.Shared)));
        for (var i = 1; i <= records; i++)
        {
            await AddAsync($"P-{i}", ("phone", $"{i}"));
        }

        await SyncAsync();
        await SyncAsync();
        World.Options = World.Options with { BatchSize = 2 };
        var whole = World.Crm;
        World.Crm = new CountingCrm(whole)
        {
            OnRead = Blind,
            OnPage = page => [.. page.Select(c => c.Record is { } record ? c with { Record = Blind(record) } : c)],
        };
        for (var i = 1; i <= records; i++)
        {
            Edit($"P-{i}", ("phone", $"{Hidden} {i}"));
        }

        // The first of these cycles meets every record twice; by the last one no list of changes names them any more.
        for (var i = 0; i < 3; i++)
        {
            await SyncAsync(new CycleRequest("pull") { Push = false });
            World.Time.Advance(World.Options.PullOverlap * 2);
        }

        World.Crm = whole;
        await SyncAsync(new CycleRequest("pull") { Push = false });

        for (var i = 1; i <= records; i++)
        {
            Assert.Equal($"{Hidden} {i}", await RowAsync($"P-{i}", "phone"));
        }

        await RestsAsync();
    }

    private static CrmRecord Blind(CrmRecord record) => record with
    {
        Values = [.. record.Values.Select(v => v.Text?.StartsWith(Hidden, StringComparison.Ordinal) is true ? FieldValue.NotObserved : v)],
    };

    private static readonly CycleRequest Changes = new("test");

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Record_that_the_CRM_showed_too_late_is_found_by_the_daily_full_read(string crm)
    {
        await LoadedAsync(crm);
        var late = RecordOf("P-1");
        var counting = new CountingCrm(World.Crm) { OnPage = page => [.. page.Where(c => c.Id != late)] };
        World.Crm = counting;
        Edit("P-1", ("phone", "typed"));
        await SyncAsync(Changes);
        World.Time.Advance(TimeSpan.FromHours(1));
        await SyncAsync(Changes);
        counting.OnPage = page => page;
        await SyncAsync(Changes);
        Assert.Equal("1", await RowAsync("P-1", "phone"));

        World.Time.Advance(World.Options.FullCrmReadEvery);
        await SyncAsync(Changes);

        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Fact]
    public async Task Row_that_was_committed_too_late_is_found_by_the_hourly_full_read()
    {
        await LoadedAsync(People.HubSpot);
        await World.SqlAsync("update people set updated_at = now() - interval '30 days'");
        await SyncAsync(Changes);
        await SetAsync("P-1", "phone", "2", DateTimeOffset.UnixEpoch);
        await SyncAsync(Changes);
        Assert.Equal("1", InCrm("P-1", "phone"));

        World.Time.Advance(World.Options.FullWarehouseReadEvery);
        await SyncAsync(Changes);

        Assert.Equal("2", InCrm("P-1", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Read_that_breaks_off_is_not_passed_by(string crm)
    {
        await LoadedAsync(crm);
        var counting = new CountingCrm(World.Crm) { OnPage = _ => throw new PortException(PortTrouble.Unavailable, "gone") };
        World.Crm = counting;
        Edit("P-1", ("phone", "typed"));
        var through = await ThroughAsync();

        for (var i = 0; i < 3; i++)
        {
            World.Time.Advance(TimeSpan.FromHours(1));
            await Assert.ThrowsAsync<PortException>(() => SyncAsync(Changes));
        }

        Assert.Equal(through, await ThroughAsync());
        counting.OnPage = page => page;
        await SyncAsync(Changes);
        Assert.Equal("typed", await RowAsync("P-1", "phone"));
        Assert.NotEqual(through, await ThroughAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Mark_is_the_time_of_the_CRM_before_the_read_and_not_when_it_ended()
    {
        await LoadedAsync(People.HubSpot);
        var counting = new CountingCrm(World.Crm);
        World.Crm = counting;
        Edit("P-2", ("phone", "typed"));
        var before = World.Time.GetUtcNow();
        counting.OnPage = page =>
        {
            World.Time.Advance(TimeSpan.FromHours(2));
            return page;
        };
        await SyncAsync(Changes);

        Assert.True(DateTimeOffset.Parse((await World.ValueAsync("select to_json(crm_through) #>> '{}' from retl.freshness"))!) <= before + TimeSpan.FromMinutes(1));
        counting.OnPage = page => page;
        await RestsAsync();
    }

    [Fact]
    public async Task Full_read_in_a_future_that_our_clock_took_back_counts_for_none()
    {
        await LoadedAsync(People.HubSpot);
        await World.SqlAsync("update retl.watermark set full_at = full_at + interval '1 year'");
        await SyncAsync(Changes);
        Assert.Equal("2", await World.ValueAsync("select count(*) from retl.watermark where full_at < now() + interval '30 days'"));
        await RestsAsync();
    }

    private Task<string?> ThroughAsync() => World.ValueAsync("select crm_through from retl.freshness");

    private async Task LoadedAsync(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await AddAsync("P-2", ("phone", "1"));
        await SyncAsync();
        await SyncAsync();
    }
}
