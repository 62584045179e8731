using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Processes;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>The most memory that a process ever holds which runs cycles over unchanged rows, by their number.</summary>
internal sealed class Memory : IBenchmark
{
    private const int CyclesEach = 2;
    private const double TargetMb = 200;

    public string Name => "memory";

    public string About => "peak memory of unchanged cycles (VmHWM), at 1 M and 5 M rows";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var figures = new List<Figure>();
        foreach (var millions in bench.IsLarge ? new[] { 1, 5, 10 } : [1, 5])
        {
            var rows = millions * Bench.Million;
            var place = await bench.InStepAsync(rows);
            await using var cycle = Worker.Start(Roles.Cycle, place.Folder);
            var runs = new List<Sample>();
            for (var i = 0; i < CyclesEach; i++)
            {
                runs.Add(await Cycles.RunAsync(bench, cycle, rows, 0));
            }

            figures.Add(new Figure($"memory.{millions}m", runs[^1].PeakMb, "MB")
            {
                Baseline = $"after {string.Join(", ", runs.Select(r => $"{r.PeakMb:0}"))} MB in {CyclesEach} cycles of {Sample.Median(runs).Wall:0.0} s",
            }.AtMost(TargetMb));
        }

        return figures;
    }
}
