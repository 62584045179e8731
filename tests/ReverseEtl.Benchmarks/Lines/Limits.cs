using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms;
using ReverseEtl.Crms.Tests.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>
/// How much of what a CRM's limits permit is used, on the CRM's own clock. HubSpot limits requests in ten seconds: the share is that of the rate.
/// Salesforce limits requests in a day and no rate: the share is that of the records that so many requests can carry.
/// </summary>
internal sealed class Limits : IBenchmark
{
    private const double Target = 0.95;
    private const int Contacts = 100_000;
    private const int PerTenSeconds = 100;
    private const int PerDay = 200;
    private const int PerRequest = 200;

    public string Name => "limits";

    public string About => "throughput under the CRMs' limits, as a share of what they permit";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var hubspot = await Throughput.MeasureAsync(Contacts, PerTenSeconds);
        var refused = hubspot.Served - hubspot.Calls;
        var stored = await FillDayAsync();
        return
        [
            new Figure($"{Name}.hubspot", hubspot.Share, "share")
            {
                Baseline = $"{Contacts:N0} contacts in {hubspot.Took.TotalSeconds:0} s of the account's time; {PerTenSeconds} requests in 10 s permit {hubspot.Least.TotalSeconds:0} s",
            }.AtLeast(Target),
            new Figure($"{Name}.hubspot.refused", refused, "requests") { Baseline = "answered 429" }.AtMost(0),
            new Figure($"{Name}.salesforce", stored / (double)(PerDay * PerRequest), "share")
            {
                Baseline = $"{stored:N0} contacts stored in a day of {PerDay} requests, {PerRequest} records each",
            }.AtLeast(Target),
        ];
    }

    // Writes until the day is used up. What the last requests brought is counted where it counts: in the org.
    private static async Task<int> FillDayAsync()
    {
        var time = new JumpTime();
        var org = new SalesforceSandbox(time);
        org.Switches = org.Switches with { DailyApiLimit = PerDay };
        await using var crm = CrmRegistry.Create(new CrmConnection(
            "salesforce",
            new Dictionary<string, string?>
            {
                ["Type"] = "salesforce",
                ["LoginUrl"] = "http://salesforce.test",
                ["Auth"] = "client_credentials",
                ["ClientId"] = SalesforceOptions.DefaultClientId,
                ["ClientSecret"] = SalesforceOptions.DefaultClientSecret,
                ["BulkWritesFrom"] = $"{int.MaxValue}",
                ["Parallelism"] = "1",
            },
            time,
            new Random(1))
        {
            Wire = new SandboxHandler(new SandboxSite(org), time),
        });
        var schema = (await crm.DescribeAsync("Contact", default))!;
        var isOpen = true;
        for (var batch = 0; isOpen; batch++)
        {
            var writes = Enumerable.Range(batch * PerRequest, PerRequest)
                .Select(n => new CrmWrite(CrmWriteKind.Upsert, $"t-{n}", null, $"K-{n}", [new("LastName", FieldValue.Of($"L{n}"))])).ToArray();
            isOpen = await IsTakenAsync(crm, new CrmWriteBatch("Contact", "Warehouse_Id__c", schema, writes, DateTimeOffset.MaxValue));
        }

        return org.Records("Contact").Count;
    }

    private static async Task<bool> IsTakenAsync(ICrm crm, CrmWriteBatch batch)
    {
        try
        {
            return (await crm.WriteAsync(batch, default)).All(result => result.Outcome is WriteOutcome.Confirmed);
        }
        catch (PortException e) when (e.Trouble is PortTrouble.Limited)
        {
            return false;
        }
    }
}
