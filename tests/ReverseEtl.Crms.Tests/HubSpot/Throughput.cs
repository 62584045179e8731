using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>How much of what an account permits is used, on the account's own clock. The benchmarks measure by it too.</summary>
/// <param name="Calls">Requests that the connector counted.</param>
/// <param name="Served">Requests that the account saw, refused ones included.</param>
/// <param name="Took">How long they took.</param>
/// <param name="Least">The least time in which the account permits as many requests: the first window's go at once.</param>
internal sealed record Throughput(long Calls, long Served, TimeSpan Took, TimeSpan Least)
{
    private const int PerWrite = 2_000;

    /// <summary>The share of the permitted rate.</summary>
    public double Share => Least / Took;

    /// <summary>Writes so many contacts into an empty account.</summary>
    /// <exception cref="InvalidOperationException">One was not stored.</exception>
    public static async Task<Throughput> MeasureAsync(int contacts, int perTenSeconds)
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        var account = new HubSpotSandbox(time);
        account.Switches.TenSecondlyLimit = perTenSeconds;
        var site = new SandboxSite(account);

        // One request at a time, so that the clock jumps only while nothing else could go.
        await using var crm = new HubSpotCrm(
            new HubSpotSettings { AccessToken = HubSpotOptions.DefaultToken, Parallelism = 1 }, new SandboxHandler(site, time), time, new Random(1));
        var schema = (await crm.DescribeAsync("contacts", default))!;
        var start = time.GetUtcNow();
        foreach (var keys in Enumerable.Range(0, contacts).Chunk(PerWrite))
        {
            var writes = keys.Select(k => new CrmWrite(CrmWriteKind.Upsert, $"t-{k}", null, $"K-{k}", [new("firstname", FieldValue.Of($"F{k}"))])).ToArray();
            var results = await crm.WriteAsync(new CrmWriteBatch("contacts", "warehouse_id", schema, writes, DateTimeOffset.MaxValue), default);
            if (results.FirstOrDefault(result => result.Outcome is not WriteOutcome.Confirmed) is { } refused)
            {
                throw new InvalidOperationException($"A contact was not stored: {refused.Outcome} {refused.Error}");
            }
        }

        return new(crm.Calls, site.Counters.Values.Sum(), time.GetUtcNow() - start, TimeSpan.FromSeconds((crm.Calls - 1) / perTenSeconds * 10));
    }
}
