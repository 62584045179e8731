using System.Diagnostics;
using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Benchmarks.Stage;
using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>
/// A first load of 100,000 records into an empty CRM that takes whatever comes, against a script with the vendor's own client. Both are programs
/// that are started for it, read the same table and are over when the CRM has everything; ours is <c>retl sync</c> and keeps its state besides.
/// </summary>
internal sealed class FirstLoad : IBenchmark
{
    private const int Rows = 100_000;
    private const int Rounds = 5;
    private const int RequestsOnTop = 20;
    private const string Template = "load_template";

    // What is counted as a batch: in HubSpot the 100 records of a request, in Salesforce the 10,000 rows that Bulk API 2.0 makes one
    // internal batch of, whatever an upload holds.
    private static readonly (string Crm, string Script, int Batch)[] Sides =
        [("salesforce", "salesforce-load.mjs", 10_000), ("hubspot", "hubspot-load.mjs", 100)];

    public string Name => "first-load";

    public string About => "first load of 100 k records into a CRM without limits, against scripts with jsforce and @hubspot/api-client";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var warehouse = await bench.WarehouseAsync();
        await warehouse.MakeAsync(Template, bench.Stopping);
        await warehouse.SqlAsync(Template, Model.Create(Rows), bench.Stopping);
        await warehouse.SqlAsync(Template, "vacuum analyze", bench.Stopping);
        await using var fake = await Fake.StartAsync(bench.Stopping);
        var figures = new List<Figure>();
        foreach (var (crm, script, batch) in Sides)
        {
            var place = Workplace.Make(Path.Combine(bench.Folder, $"load_{crm}"), warehouse, $"load_{crm}", crm, fake, Comparer.Auto);
            if (Scripts.Missing is { } why)
            {
                figures.Add(Figure.Missing($"{Name}.{crm}", "ratio", why, 1.0));
                continue;
            }

            var contest = new Contest(Rounds);
            await contest.RunAsync(
                ("retl sync", () => SyncAsync(bench, warehouse, fake, place, crm)), (script, () => ScriptAsync(bench, warehouse, fake, crm, script)));
            figures.AddRange(Tell(contest, crm, script, batch));
            figures.Add(await new Ceiling(fake).MeasureAsync(crm, Rows, bench.Stopping));
        }

        return figures;
    }

    private IEnumerable<Figure> Tell(Contest contest, string crm, string script, int batch)
    {
        var (ours, theirs) = (contest.Of("retl sync"), contest.Of(script));
        yield return contest.Ratio($"{Name}.{crm}", "retl sync", script).AtMost(1.0);
        yield return new Figure($"{Name}.{crm}.requests", ours.Requests, "requests") { Baseline = $"{script}: {theirs.Requests}; a batch is {batch:N0} records" }
            .AtMost((Rows / batch) + RequestsOnTop);
        yield return new Figure($"{Name}.{crm}.cpu", ours.Cpu + ours.DatabaseCpu, "s")
        {
            Baseline = $"{ours.DatabaseCpu:0.0} s of it the database's, which keeps the state; {script}: {theirs.Cpu + theirs.DatabaseCpu:0.0} s",
        };
        yield return new Figure($"{Name}.{crm}.memory", ours.PeakMb, "MB") { Baseline = $"{script}: {theirs.PeakMb:0} MB" };
    }

    private static async Task<Sample> SyncAsync(Bench bench, Warehouse warehouse, Fake fake, Workplace place, string crm)
    {
        await fake.ResetAsync(bench.Stopping);
        await warehouse.MakeAsync(place.Database, bench.Stopping, Template);
        var sample = await bench.BesideDatabaseAsync(async () => (await ChildRun.RunAsync(
            new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "retl.dll"), "sync", "--json"]) { WorkingDirectory = place.Folder },
            bench.Stopping)).Sample);
        return await CheckedAsync(bench, fake, crm, sample);
    }

    private static async Task<Sample> ScriptAsync(Bench bench, Warehouse warehouse, Fake fake, string crm, string script)
    {
        await fake.ResetAsync(bench.Stopping);
        var sample = await bench.BesideDatabaseAsync(async () => (await ChildRun.RunAsync(Scripts.Start(script, warehouse.Address(Template), fake), bench.Stopping)).Sample);
        return await CheckedAsync(bench, fake, crm, sample);
    }

    private static async Task<Sample> CheckedAsync(Bench bench, Fake fake, string crm, Sample sample)
    {
        var count = await fake.CountAsync(crm, bench.Stopping);
        return count == Rows
            ? sample with { Requests = (await fake.CountersAsync(bench.Stopping)).Values.Sum() }
            : throw new InvalidOperationException($"{count:N0} records arrived in {crm}.");
    }
}
