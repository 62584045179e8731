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
internal sealed class FirstLoad(string crm, string script, int batch, string client) : IBenchmark
{
    private const int Rows = 100_000;
    private const int RequestsOnTop = 20;
    private const string Template = "load_template";
    private const string Database = "load";

    /// <summary>Into Salesforce. What counts as a batch there are the 10,000 rows that Bulk API 2.0 makes one internal batch of, whatever an upload holds.</summary>
    public static FirstLoad Salesforce { get; } = new("salesforce", "salesforce-load.mjs", 10_000, "jsforce");

    /// <summary>Into HubSpot. A batch are the 100 records of a request.</summary>
    public static FirstLoad HubSpot { get; } = new("hubspot", "hubspot-load.mjs", 100, "@hubspot/api-client");

    public string Name => $"load-{crm}";

    public string About => $"first load of 100 k records into a CRM without limits, against a script with {client}";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        if (Scripts.Missing is { } why)
        {
            return [Figure.Missing(Name, "ratio", why, 1.0)];
        }

        var warehouse = await bench.WarehouseAsync();
        await warehouse.MakeAsync(Template, bench.Stopping);
        await warehouse.SqlAsync(Template, Model.Create(Rows), bench.Stopping);
        await warehouse.SqlAsync(Template, "vacuum analyze", bench.Stopping);
        await using var fake = await Fake.StartAsync(bench.Stopping);
        var place = Workplace.Make(Path.Combine(bench.Folder, Database), warehouse, Database, crm, fake, Comparer.Auto);
        var retl = Path.Combine(await Publish.RunAsync(bench), "retl");
        var contest = new Contest(bench.Pairs);
        await contest.RunAsync(("retl sync", () => SyncAsync(bench, warehouse, fake, place, retl)), (script, () => ScriptAsync(bench, warehouse, fake)));
        return [.. Tell(contest), await new Ceiling(fake).MeasureAsync(crm, Rows, bench.Stopping)];
    }

    private IEnumerable<Figure> Tell(Contest contest)
    {
        var (ours, theirs) = (contest.Of("retl sync"), contest.Of(script));
        yield return contest.Ratio(Name, "retl sync", script).AtMost(1.0);
        yield return contest.CpuRatio($"{Name}.cpu", "retl sync", script);
        yield return new Figure($"{Name}.requests", ours.Requests, "requests") { Baseline = $"{script}: {theirs.Requests}; a batch is {batch:N0} records" }
            .AtMost((Rows / batch) + RequestsOnTop);
        yield return new Figure($"{Name}.memory", ours.PeakMb, "MB") { Baseline = $"{script}: {theirs.PeakMb:0} MB" };
    }

    private async Task<Sample> SyncAsync(Bench bench, Warehouse warehouse, Fake fake, Workplace place, string retl)
    {
        await fake.ResetAsync(bench.Stopping);
        await warehouse.MakeAsync(place.Database, bench.Stopping, Template);
        var sample = await bench.BesideDatabaseAsync(async () => (await ChildRun.RunAsync(
            new ProcessStartInfo(retl, ["sync", "--json"]) { WorkingDirectory = place.Folder },
            bench.Stopping)).Sample);
        return await CheckedAsync(bench, fake, sample);
    }

    private async Task<Sample> ScriptAsync(Bench bench, Warehouse warehouse, Fake fake)
    {
        await fake.ResetAsync(bench.Stopping);
        var sample = await bench.BesideDatabaseAsync(async () => (await ChildRun.RunAsync(Scripts.Start(script, warehouse.Address(Template), fake), bench.Stopping)).Sample);
        return await CheckedAsync(bench, fake, sample);
    }

    private async Task<Sample> CheckedAsync(Bench bench, Fake fake, Sample sample)
    {
        var count = await fake.CountAsync(crm, bench.Stopping);
        return count == Rows
            ? sample with { Requests = (await fake.CountersAsync(bench.Stopping)).Values.Sum() }
            : throw new InvalidOperationException($"{count:N0} records arrived in {crm}.");
    }
}
