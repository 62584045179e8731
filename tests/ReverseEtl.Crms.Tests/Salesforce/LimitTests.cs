using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Salesforce.Auth;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

public sealed class LimitTests
{
    private const string Empty = """{"totalSize":0,"done":true,"records":[]}""";

    [Fact]
    public async Task Used_up_day_pauses_the_connection_and_probes_later()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(403, """[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]""").Then(200, Empty);
        var first = await Assert.ThrowsAsync<PortException>(() => Find(rig));
        var second = await Assert.ThrowsAsync<PortException>(() => Find(rig));
        Assert.Equal((PortTrouble.Limited, PortTrouble.Limited), (first.Trouble, second.Trouble));
        Assert.All([first, second], e => Assert.Contains("ll API requests that the org has for 24 hours are used up", e.Message, StringComparison.Ordinal));
        Assert.Equal(TimeSpan.FromMinutes(15), first.RetryAfter);
        Assert.Single(rig.Wire.Requests);

        rig.Time.Advance(TimeSpan.FromMinutes(15));
        await Find(rig);
    }

    [Fact]
    public async Task Too_many_at_once_is_tried_again_soon()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(403, """[{"message":"ConcurrentRequests (Concurrent API Requests) Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]""").Then(200, Empty);
        await Find(rig);
        Assert.Equal(2, rig.Wire.Requests.Count);
    }

    [Theory]
    [InlineData("api-usage=40/100")]
    [InlineData("api-usage=41/100; per-app-api-usage=1/250(appName=retl)")]
    [InlineData("per-app-api-usage=1/250(appName=retl), api-usage=99/100")]
    public async Task Share_of_the_day_stops_before_the_limit_does(string header)
    {
        await using var rig = new SalesforceRig(settings => new SalesforceSettings
        {
            LoginUrl = settings.LoginUrl,
            Grant = settings.Grant,
            RequestTimeout = settings.RequestTimeout,
            DailyApiBudget = DailyBudget.Parse("40%"),
        });
        rig.Wire.Then(200, Empty, ("sforce-limit-info", header));
        await Find(rig);
        var e = await Assert.ThrowsAsync<PortException>(() => Find(rig));
        Assert.Equal((PortTrouble.Limited, TimeSpan.FromMinutes(15)), (e.Trouble, e.RetryAfter!.Value));
    }

    [Fact]
    public async Task Use_of_the_day_is_told_with_when_the_share_runs_out_at_this_pace()
    {
        await using var rig = new SalesforceRig(settings => new SalesforceSettings
        {
            LoginUrl = settings.LoginUrl, Grant = settings.Grant, RequestTimeout = settings.RequestTimeout, DailyApiBudget = DailyBudget.Parse("40%"),
        });
        Assert.Null(rig.Crm.Use);
        rig.Wire.Then(200, Empty, ("Sforce-Limit-Info", "api-usage=1000/10000"));
        await Find(rig);
        Assert.Equal((1000L, 10000L, 4000L, false, null), (rig.Crm.Use!.Used, rig.Crm.Use.Limit, rig.Crm.Use.Share, rig.Crm.Use.IsUsedUp, rig.Crm.Use.UsedUpAt));

        rig.Time.Advance(TimeSpan.FromMinutes(30));
        rig.Wire.Then(200, Empty, ("Sforce-Limit-Info", "api-usage=2000/10000"));
        await Find(rig);
        Assert.Equal(rig.Time.GetUtcNow() + TimeSpan.FromHours(1), rig.Crm.Use.UsedUpAt!.Value, TimeSpan.FromSeconds(5));
    }

    [Fact]
    [Trait("Reference", "salesforce 11")]
    public async Task Daily_limit_mid_run_then_resume_loses_no_row()
    {
        await using var bench = new SalesforceBench(new Dictionary<string, string?> { ["Parallelism"] = "1" });
        var schema = (await bench.Crm.DescribeAsync("Contact", default))!;
        bench.Org.Switches = bench.Org.Switches with { DailyApiLimit = 4 };
        CrmWriteBatch Batch(IEnumerable<int> rows) => new("Contact", "Warehouse_Id__c", schema,
            [.. rows.Select(i => SalesforceRig.Upsert($"k{i}", ("LastName", "x")))], DateTimeOffset.MaxValue);
        var results = await bench.Crm.WriteAsync(Batch(Enumerable.Range(0, 1000)), default);
        var waiting = results.Index().Where(item => item.Item.Outcome is WriteOutcome.Rejected).Select(item => item.Index).ToList();
        Assert.InRange(waiting.Count, 200, 800);
        Assert.All(waiting, i => Assert.Equal(("limit", RetryRule.Later), (results[i].Error!.Class, results[i].Error!.Retry)));

        bench.Org.Switches = bench.Org.Switches with { DailyApiLimit = 100_000 };
        bench.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.All(await bench.Crm.WriteAsync(Batch(waiting), default), result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(1000, bench.Org.Records("Contact").Count);
    }

    [Fact]
    public async Task Warning_of_salesforce_is_told_once()
    {
        await using var rig = new SalesforceRig();
        const string Text = "299 - \"This API is deprecated and will be removed by Summer '27.\"";
        rig.Wire.Then(200, Empty, ("Warning", Text)).Then(200, Empty, ("Warning", Text)).Then(200, Empty, ("Warning", "199 - \"other\""));
        await Find(rig);
        await Find(rig);
        await Find(rig);
        Assert.Equal(["This API is deprecated and will be removed by Summer '27."], rig.Crm.TakeWarnings());
        Assert.Empty(rig.Crm.TakeWarnings());
    }

    [Fact]
    public async Task Limits_document_tells_what_is_left_before_the_first_call()
    {
        var wire = new ScriptedWire();
        wire.Then(200, """{"access_token":"t"}""").Then(200, """{"DailyApiRequests":{"Max":100,"Remaining":5,"Ant Migration Tool":{"Max":0,"Remaining":0}},"Odd":[1]}""");
        await using var crm = new SalesforceCrm(
            new SalesforceSettings { LoginUrl = new Uri("https://x.example"), Grant = new ClientCredentialsGrant("a", "b"), DailyApiBudget = DailyBudget.Parse("90") },
            wire, new JumpTime { Horizon = TimeSpan.FromSeconds(1) }, new Random(1));
        await crm.CheckAsync(default);
        await Assert.ThrowsAsync<PortException>(() => crm.DescribeAsync("Contact", default));
    }

    [Fact]
    public async Task Limits_that_may_not_be_seen_are_no_trouble()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(403, """[{"errorCode":"INSUFFICIENT_ACCESS","message":"no"}]""");
        await rig.Crm.CheckAsync(default);
    }

    [Fact]
    public async Task Clock_is_the_date_header_and_costs_no_call()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Then(200, "[]", ("Date", "Mon, 02 Mar 2026 10:00:05 GMT"));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 5, TimeSpan.Zero), await rig.Crm.NowAsync(default));
        Assert.Equal(0, rig.Crm.Calls);
    }

    private static Task<ILookup<string, CrmRecord>> Find(SalesforceRig rig) => rig.Crm.FindByKeyAsync(rig.Read(), ["k"], default);
}
