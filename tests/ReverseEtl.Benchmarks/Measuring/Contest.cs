namespace ReverseEtl.Benchmarks.Measuring;

/// <summary>
/// Candidates and baselines that take turns, so that whatever else the machine does meets all of them: A B C A B C … Ratios are taken within a
/// round; their median and range are told.
/// </summary>
/// <param name="rounds">How many rounds.</param>
internal sealed class Contest(int rounds)
{
    private readonly Dictionary<string, List<Sample>> _runs = new(StringComparer.Ordinal);

    /// <summary>Runs the rounds.</summary>
    public async Task RunAsync(params (string Name, Func<Task<Sample>> Run)[] turns)
    {
        foreach (var _ in Enumerable.Range(0, rounds))
        {
            foreach (var (name, run) in turns)
            {
                (_runs.TryGetValue(name, out var runs) ? runs : _runs[name] = []).Add(await run());
            }
        }
    }

    /// <summary>What one of them took.</summary>
    public Sample Of(string name) => Sample.Median(_runs[name]);

    /// <summary>Wall time of one by that of another in the same round, or by that of others one after the other.</summary>
    public Figure Ratio(string figure, string candidate, params string[] baselines) => Ratio(figure, run => run.Wall, candidate, baselines) with
    {
        Baseline = string.Join("; ", baselines.Prepend(candidate).Select(name => $"{name} {Of(name)}")),
    };

    /// <summary>The same for processor time, own and the database's: what else the machine does is not in it.</summary>
    public Figure CpuRatio(string figure, string candidate, params string[] baselines) =>
        Ratio(figure, run => run.Cpu + run.DatabaseCpu, candidate, baselines) with { Baseline = "processor time of client and database together" };

    private Figure Ratio(string figure, Func<Sample, double> cost, string candidate, string[] baselines)
    {
        var ratios = _runs[candidate].Select((run, round) => cost(run) / baselines.Sum(baseline => cost(_runs[baseline][round]))).ToList();
        return new Figure(figure, Sample.Middle(ratios), "ratio") { Range = [ratios.Min(), ratios.Max()] };
    }
}
