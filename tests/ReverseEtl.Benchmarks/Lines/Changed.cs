using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;
using ReverseEtl.Benchmarks.Stage;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>
/// A cycle in which one row in a hundred moved. There is no one program to hold it against: the baseline is a bare client that reads all rows, and
/// after it a script that is told which ones moved and sends them with jsforce.
/// </summary>
internal sealed class Changed : IBenchmark
{
    private const int Every = 100;
    private const string Script = "salesforce-change.mjs";

    public string Name => "changed";

    public string About => "cycle over 1 M rows of which 1 % changed, against a bare read and a jsforce Collections script one after the other";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        if (Scripts.Missing is { } why)
        {
            return [new Figure(Name, null, "ratio") { Baseline = $"not measured: {why}" }];
        }

        await using var shifts = await Shifts.OpenAsync(bench, "changed", Bench.Million);
        var warehouse = await bench.WarehouseAsync();
        await using var theirs = await Fake.StartAsync(bench.Stopping);
        await theirs.HeatAsync(warehouse, bench.Stopping);
        await using var reader = Worker.Start(Roles.Read, warehouse.ConnectionString(shifts.Place.Database), Model.Query);
        var round = 0;
        var contest = new Contest(bench.Pairs);
        await contest.RunAsync(
            ("cycle", () => shifts.ChangeAsync(Every, Rest(round))),
            ("cycle after it", shifts.RestAsync),
            ("bare Npgsql client", () => bench.BesideDatabaseAsync(async () => (await reader.MeasureAsync("read", bench.Stopping)).Sample)),
            ("jsforce Collections", () => bench.BesideDatabaseAsync(() => ScriptAsync(bench, warehouse, theirs, shifts.Place, Rest(round++)))));
        var cycle = contest.Of("cycle");
        return
        [
            contest.Ratio(Name, "cycle", "bare Npgsql client", "jsforce Collections"),
            contest.CpuRatio($"{Name}.cpu", "cycle", "bare Npgsql client", "jsforce Collections"),
            new Figure($"{Name}.rows", Bench.Million / Every / cycle.Wall, "rows/s") { Baseline = "changed rows that a whole cycle sends" },
            new Figure($"{Name}.requests", cycle.Requests, "requests") { Baseline = $"{Bench.Million / Every:N0} records changed" },
            new Figure($"{Name}.echo", contest.Of("cycle after it").Wall, "s") { Baseline = "the cycle after it, in which the same records come back from the CRM" },
        ];
    }

    // Other rows each time, all of them among those whose accounts are really there.
    private static int Rest(int round) => round * Model.HotEvery;

    private static async Task<Sample> ScriptAsync(Bench bench, Warehouse warehouse, Fake fake, Workplace place, int rest)
    {
        var start = Scripts.Start(Script, warehouse.Address(place.Database), fake);
        start.Environment["SQL"] = Model.Changed(Every, rest);
        var (sample, output) = await ChildRun.RunAsync(start, bench.Stopping);
        return output.Trim() == $"{Bench.Million / Every}" ? sample : throw new InvalidOperationException($"{Script} says: {output}");
    }
}
