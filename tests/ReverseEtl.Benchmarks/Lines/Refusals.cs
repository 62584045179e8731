using System.Diagnostics;
using System.Text.Json;
using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Benchmarks.Stage;
using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>
/// A first load by Bulk API 2.0 of which one row in a hundred is refused: what became of every row, and whether memory grows with their number.
/// </summary>
internal sealed class Refusals : IBenchmark
{
    private const int RefusesEvery = 100;
    private const string Database = "refusals";

    // Memory is the collector's to give back, so two sizes never end alike to the byte.
    private const double Flat = 1.25;

    private static readonly int[] Sizes = [100_000, 300_000];

    public string Name => "refusals";

    public string About => "first loads by Bulk of 100 k and 300 k accounts of which one in a hundred is refused: every row accounted for, memory flat";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var warehouse = await bench.WarehouseAsync();
        await using var fake = await Fake.StartAsync(bench.Stopping);
        var place = Workplace.Make(Path.Combine(bench.Folder, Database), warehouse, Database, "salesforce", fake, Comparer.Auto);
        var retl = Path.Combine(await Publish.RunAsync(bench), "retl");
        var figures = new List<Figure>();
        var peaks = new List<double>();
        foreach (var rows in Sizes)
        {
            await fake.ResetAsync(bench.Stopping);
            await fake.RefuseAsync(RefusesEvery, bench.Stopping);
            await warehouse.MakeAsync(Database, bench.Stopping);
            await warehouse.SqlAsync(Database, Model.Create(rows), bench.Stopping);
            await warehouse.SqlAsync(Database, "vacuum analyze", bench.Stopping);
            var (sample, output) = await ChildRun.RunAsync(new ProcessStartInfo(retl, ["sync", "--json"]) { WorkingDirectory = place.Folder }, bench.Stopping, NeedsAttention);
            var result = JsonDocument.Parse(output).RootElement[0];
            var (created, rejected) = (result.GetProperty("created").GetInt32(), result.GetProperty("rejected").GetInt32());
            var stored = await fake.CountAsync("salesforce", bench.Stopping);
            var kept = await warehouse.AskAsync<long>(Database, "select count(*) from retl.rejects", bench.Stopping);
            figures.Add(new Figure($"{Name}.{rows / 1000}k.lost", rows - Math.Min(created, stored) - Math.Min(rejected, kept), "rows")
            {
                Baseline = $"{rows:N0} rows: {created:N0} told as created, {stored:N0} in the CRM; {rejected:N0} told as rejected, {kept:N0} in the inbox; {sample.Wall:0.0} s",
            }.AtMost(0));
            figures.Add(new Figure($"{Name}.{rows / 1000}k.memory", sample.PeakMb, "MB"));
            peaks.Add(sample.PeakMb);
        }

        return [.. figures, new Figure($"{Name}.flat", peaks[^1] / peaks[0], "ratio") { Baseline = "peak memory of the larger load to that of the smaller" }.AtMost(Flat)];
    }

    private static bool NeedsAttention(int exitCode) => exitCode == 3;
}
