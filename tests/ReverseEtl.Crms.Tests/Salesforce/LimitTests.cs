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
