using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Benchmarks.Pictures;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>How a cycle grows with the rows, and with the share of them that changed; drawn into <c>docs/growth.svg</c>.</summary>
internal sealed class Growth : IBenchmark
{
    private const string Picture = "docs/growth.svg";

    private static readonly (long Rows, int Rounds)[] Sizes = [(10_000, 3), (100_000, 3), (Bench.Million, 1)];

    // One row in so many; 0 for none.
    private static readonly int[] Shares = [0, 1000, 100, 10];

    public string Name => "growth";

    public string About => $"the cycle at 10 k, 100 k and 1 M rows, with 0 %, 0.1 %, 1 % and 10 % changed; drawn into {Picture}";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var figures = new List<Figure>();
        var chart = new Dictionary<(long Rows, int Every), double>();
        foreach (var (rows, rounds) in Sizes)
        {
            await using var shifts = await Shifts.OpenAsync(bench, "growth", rows);
            foreach (var every in Shares)
            {
                var runs = new List<Sample>();
                for (var round = 0; round < rounds; round++)
                {
                    runs.Add(every == 0 ? await shifts.RestAsync() : await shifts.ChangeAsync(every, 0));
                    await shifts.RestAsync();
                }

                var run = Sample.Median(runs);
                chart[(rows, every)] = run.Wall;
                figures.Add(new Figure($"growth.{Short(rows)}.{Percent(every)}", run.Wall, "s")
                {
                    Baseline = $"{run.Cpu:0.00} CPU s, {run.Requests} requests",
                    Range = [runs.Min(r => r.Wall), runs.Max(r => r.Wall)],
                });
            }
        }

        await File.WriteAllTextAsync(Picture, Draw(chart), bench.Stopping);
        return figures;
    }

    private static string Draw(Dictionary<(long Rows, int Every), double> seconds) => Svg.Draw(
        new Panel("a cycle by the number of rows", "rows", "seconds", [.. Sizes.Select(s => Short(s.Rows))],
            [.. Shares.Select(every => new Curve($"{Percent(every)} % changed", [.. Sizes.Select(s => seconds[(s.Rows, every)])]))]),
        new Panel("a cycle by the share of rows that changed", "% changed", "seconds", [.. Shares.Select(Percent)],
            [.. Sizes.Select(s => new Curve($"{Short(s.Rows)} rows", [.. Shares.Select(every => seconds[(s.Rows, every)])]))]));

    private static string Short(long rows) => rows < Bench.Million ? $"{rows / 1000}k" : $"{rows / Bench.Million}M";

    private static string Percent(int every) => every == 0 ? "0" : $"{100.0 / every:0.#}";
}
