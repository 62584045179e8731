using System.Diagnostics;
using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Benchmarks.Stage;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>A cycle in which nothing moved, over a million rows of ten fields, against clients that only read the same rows.</summary>
internal sealed class Unchanged : IBenchmark
{
    private const double Target = 1.5;

    public string Name => "unchanged";

    public string About => "cycle over 1 M unchanged rows × 10 fields, against clients that read the same ordered query";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var place = await bench.InStepAsync(Bench.Million);
        var warehouse = await bench.WarehouseAsync();
        await using var cycle = Worker.Start(Roles.Cycle, place.Folder);
        await using var reader = Worker.Start(Roles.Read, warehouse.ConnectionString(place.Database), Model.Query);
        var cold = await Cycles.RunAsync(bench, cycle, Bench.Million, 0);
        await ReadAsync(bench, reader);
        await CopyAsync(bench, warehouse, place);
        var contest = new Contest(bench.Pairs);
        await contest.RunAsync(
            ("cycle", () => Cycles.RunAsync(bench, cycle, Bench.Million, 0)),
            ("bare Npgsql client", () => bench.BesideDatabaseAsync(() => ReadAsync(bench, reader))),
            ("psql COPY TO STDOUT", () => bench.BesideDatabaseAsync(() => CopyAsync(bench, warehouse, place))));
        return
        [
            contest.Ratio("unchanged.reader", "cycle", "bare Npgsql client").AtMost(Target),
            contest.Ratio("unchanged.copy", "cycle", "psql COPY TO STDOUT").AtMost(Target),
            contest.CpuRatio("unchanged.reader.cpu", "cycle", "bare Npgsql client"),
            contest.CpuRatio("unchanged.copy.cpu", "cycle", "psql COPY TO STDOUT"),
            new Figure("unchanged.seconds", contest.Of("cycle").Wall, "s") { Baseline = $"the first one after the start: {cold}" },
            new Figure("unchanged.requests", contest.Of("cycle").Requests, "requests") { Baseline = "reads of the CRM's changes; no write" },
        ];
    }

    private static async Task<Sample> ReadAsync(Bench bench, Worker reader)
    {
        var (sample, answer) = await reader.MeasureAsync("read", bench.Stopping);
        var rows = answer.GetProperty("rows").GetInt64();
        return rows == Bench.Million ? sample : throw new InvalidOperationException($"The bare client read {rows:N0} rows.");
    }

    private static async Task<Sample> CopyAsync(Bench bench, Warehouse warehouse, Workplace place) => (await ChildRun.RunAsync(
        new ProcessStartInfo(Psql.Path, ["-X", "-q", "-o", "/dev/null", "-c", $"copy ({Model.Query}) to stdout", warehouse.Address(place.Database)]),
        bench.Stopping)).Sample;
}
