using System.Globalization;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.HubSpot;
using Xunit.Abstractions;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>How much of what the account permits is used, on the account's own clock.</summary>
[Collection(Alone.Name)]
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Contacts = 100_000;
    private const int PerTenSeconds = 100;

    [Fact]
    public async Task Hundred_thousand_contacts_take_nineteen_twentieths_of_the_permitted_rate_and_no_429()
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        await using var portal = new Portal(time: time);
        portal.Account.Switches.TenSecondlyLimit = PerTenSeconds;

        // One request at a time, so that the clock jumps only while nothing else could go.
        await using var crm = new HubSpotCrm(
            new HubSpotSettings { AccessToken = HubSpotOptions.DefaultToken, Parallelism = 1 }, portal.Wire, time, new Random(1));
        var schema = (await crm.DescribeAsync("contacts", default))!;
        var start = time.GetUtcNow();

        foreach (var keys in Enumerable.Range(0, Contacts).Chunk(2_000))
        {
            var writes = keys.Select(k => Portal.Upsert($"K-{k}", ("firstname", $"F{k}"))).ToArray();
            var results = await crm.WriteAsync(new CrmWriteBatch("contacts", Portal.Key, schema, writes, DateTimeOffset.MaxValue), default);
            Assert.All(results, r => Assert.Equal(WriteOutcome.Confirmed, r.Outcome));
        }

        var calls = crm.Calls;
        var took = time.GetUtcNow() - start;

        // The least time in which the account permits as many requests: the first window's go at once.
        var least = TimeSpan.FromSeconds((calls - 1) / PerTenSeconds * 10);
        var share = least / took;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"proof: HubSpot, {Contacts} contacts written in {calls} requests and {took.TotalSeconds:0} s, {least.TotalSeconds:0} s at the least: {share:P1} of the permitted rate"));
        Assert.InRange(share, 0.95, 1.0);

        // One request for the properties and one for every hundred contacts: none was turned away and sent again.
        Assert.Equal(1 + (Contacts / 100), calls);
        Assert.Equal(calls, portal.Site.Counters.Values.Sum());
    }
}
