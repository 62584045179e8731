using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>Large jobs: every row is accounted for. Times and memory are told, not judged; machines differ.</summary>
public class BulkVolumeTests(ITestOutputHelper output)
{
    private const int Rows = 100_000;
    private readonly SalesforceClient _org = new();

    [Fact]
    public void A_hundred_thousand_accounts_with_one_in_a_hundred_failing_are_all_accounted_for()
    {
        var csv = new StringBuilder("Warehouse_Id__c,Name,Phone,Website,Industry,BillingCity,NumberOfEmployees,Health_Score__c,Description\n");
        for (var i = 0; i < Rows; i++)
        {
            var name = i % 100 == 0 ? "#N/A" : string.Create(CultureInfo.InvariantCulture, $"Account {i}");
            csv.Append(CultureInfo.InvariantCulture, $"A-{i},{name},+49 30 {i},https://a{i}.example.org,Banking,Berlin,{i % 5000},{i % 100}.5,")
                .Append(CultureInfo.InvariantCulture, $"\"A line, and\n another {i}\"\n");
        }

        var upload = csv.ToString();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        var job = BulkJob.Open(_org, "Account", "upsert", "Warehouse_Id__c").Upload(upload).Close();
        var info = job.End();
        var written = watch.Elapsed;
        watch.Restart();
        var (good, bad) = (Keys(job, "successfulResults/"), Keys(job, "failedResults/"));
        output.WriteLine(
            $"{upload.Length / 1e6:0} MB, {Rows} rows: written in {written.TotalSeconds:0.0} s, results in {watch.Elapsed.TotalSeconds:0.0} s, " +
            $"{(GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6:0} MB kept");

        Assert.Equal((Rows, Rows / 100), ((int)info["numberRecordsProcessed"]!, (int)info["numberRecordsFailed"]!));
        Assert.Equal((Rows - (Rows / 100), Rows / 100), (good.Count, bad.Count));
        Assert.Equal(Rows, good.Union(bad).Count());
        Assert.Equal(Rows - (Rows / 100), _org.Sandbox.Records("Account").Count);
        Assert.Empty(job.Unprocessed());
    }

    private static HashSet<string> Keys(BulkJob job, string results) => [.. job.Rows(results).Select(r => r["Warehouse_Id__c"])];
}
