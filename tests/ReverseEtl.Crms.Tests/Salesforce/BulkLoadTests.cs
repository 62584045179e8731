using System.Diagnostics;
using System.Globalization;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Salesforce.Auth;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Salesforce;
using Xunit.Abstractions;
using static ReverseEtl.Crms.Tests.Salesforce.SalesforceRig;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>
/// A first load of accounts of which one in a hundred fails: every row is accounted for, and memory does not grow with their number. As many
/// rows as <c>RETL_BULK_ROWS</c> says, 100,000 under <c>./test --all</c>.
/// </summary>
[Collection(Alone.Name)]
public sealed class BulkLoadTests(ITestOutputHelper output)
{
    private const int Batch = 10_000;
    private const int FailsEvery = 100;
    private const long Slack = 6_000_000;

    private static int Rows => int.TryParse(Environment.GetEnvironmentVariable("RETL_BULK_ROWS"), CultureInfo.InvariantCulture, out var rows) ? rows : 20_000;

    [Fact]
    public async Task Hundred_thousand_accounts_with_one_in_a_hundred_failing_are_all_accounted_for_in_flat_memory()
    {
        var time = new JumpTime();
        var peaks = new List<long>();
        long peak = 0;
        using var org = new BulkOrg(time)
        {
            Keeps = false,
            Polls = 4,
            Verdict = row => Fails(row["Key__c"]) ? "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --" : null,
            Before = (_, _) =>
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true));
                return null;
            },
        };
        await using var crm = new SalesforceCrm(
            new SalesforceSettings { LoginUrl = new Uri("https://login.example"), Grant = new ClientCredentialsGrant("id", "s3cret"), RequestTimeout = TimeSpan.FromMinutes(10) },
            org, time, new Random(3));
        var (stored, refused, calls, took) = (0, 0, 0, TimeSpan.Zero);
        for (var from = 0; from < Rows; from += Batch)
        {
            peak = 0;
            org.Calls.Clear();
            var start = Stopwatch.GetTimestamp();
            var results = await crm.WriteAsync(Accounts(DescribeTests.Schema(Describe), "Key__c", "LastName", from), default);
            took += Stopwatch.GetElapsedTime(start);
            for (var i = 0; i < results.Count; i++)
            {
                Assert.Equal(Fails(Key(from + i)) ? WriteOutcome.Rejected : WriteOutcome.Confirmed, results[i].Outcome);
            }

            stored += results.Count(result => result.Outcome is WriteOutcome.Confirmed);
            refused += results.Count(result => result.Outcome is WriteOutcome.Rejected);
            calls += org.Calls.Count;
            peaks.Add(peak);
        }

        Assert.Equal((Rows - (Rows / FailsEvery), Rows / FailsEvery), (stored, refused));
        Assert.InRange(peaks[^1], 0, peaks[0] + Slack);
        output.WriteLine(
            $"proof: bulk {Rows:N0} accounts: {stored:N0} stored, {refused:N0} refused, {calls} calls, {took.TotalSeconds:0.0} s,"
            + $" live memory at most {peaks[0] / 1e6:0.0} MB in the first job and {peaks[^1] / 1e6:0.0} MB in the last");
    }

    [Fact]
    public async Task Sandbox_and_connector_agree_on_every_account_of_a_large_load()
    {
        await using var bench = new SalesforceBench();
        bench.Org.Switches = bench.Org.Switches with { BulkPollsUntilDone = 3 };
        bench.Org.AddRule("Account", context => Fails((string)context["Warehouse_Id__c"]!) ? new SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", "not this one", []) : null);
        var schema = (await bench.Crm.DescribeAsync("Account", default))!;
        var (stored, start) = (0, Stopwatch.GetTimestamp());
        var rows = Rows / 2;
        for (var from = 0; from < rows; from += Batch)
        {
            var results = await bench.Crm.WriteAsync(Accounts(schema, "Warehouse_Id__c", "Name", from) with { Object = "Account" }, default);
            Assert.All(results.Index(), item => Assert.Equal(
                Fails(Key(from + item.Index)) ? (WriteOutcome.Rejected, "FIELD_CUSTOM_VALIDATION_EXCEPTION") : (WriteOutcome.Confirmed, null), (item.Item.Outcome, item.Item.Error?.Code)));
            stored += results.Count(result => result is { Outcome: WriteOutcome.Confirmed, Created: true });
        }

        Assert.Equal(rows - (rows / FailsEvery), stored);
        Assert.Equal(stored, bench.Org.Records("Account").Count);
        output.WriteLine($"proof: bulk {rows:N0} accounts against the sandbox: {stored:N0} stored in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
    }

    private static bool Fails(string key) => int.Parse(key[2..], CultureInfo.InvariantCulture) % FailsEvery == 7;

    private static string Key(int number) => $"A-{number}";

    private static CrmWriteBatch Accounts(SideSchema schema, string keyField, string nameField, int from) => new("Contact", keyField, schema,
        [.. Enumerable.Range(from, Batch).Select(i => Upsert(Key(i), (nameField, $"Account number {i}")))], DateTimeOffset.MaxValue);
}
