using System.Diagnostics;
using ReverseEtl.Simulation.Coverage;

namespace ReverseEtl.Simulation.Running;

/// <summary>Many seeds, as many at a time as there are processors; each has a world and a thread of its own.</summary>
public static class Campaign
{
    /// <summary>Runs them all.</summary>
    /// <param name="seeds">Which; regressions first.</param>
    /// <param name="each">Is told of each as it ends, in any order, one at a time.</param>
    public static CampaignResult Run(IReadOnlyList<int> seeds, Action<SeedResult> each)
    {
        var watch = Stopwatch.StartNew();
        var gate = new Lock();
        var counters = new Counters();
        var failed = new List<SeedResult>();
        Parallel.ForEach(
            seeds.Distinct(),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            seed =>
            {
                var result = SeedCheck.Of(seed);
                lock (gate)
                {
                    counters.Add(result.Counters);
                    if (result.Violations.Count > 0)
                    {
                        failed.Add(result);
                    }

                    each(result);
                }
            });
        return new CampaignResult([.. failed.OrderBy(f => f.Seed)], counters, seeds.Distinct().Count(), watch.Elapsed);
    }
}

/// <summary>What many seeds came to.</summary>
/// <param name="Failed">Those in which something did not hold, by number.</param>
/// <param name="Counters">How often the rare things happened in all of them.</param>
/// <param name="Seeds">How many there were.</param>
/// <param name="Took">How long.</param>
public sealed record CampaignResult(IReadOnlyList<SeedResult> Failed, Counters Counters, int Seeds, TimeSpan Took)
{
    /// <summary>Violations in all.</summary>
    public int Violations => Failed.Sum(f => f.Violations.Count);

    /// <summary>Rare events that never happened, when there were enough seeds for all of them.</summary>
    public IReadOnlyList<string> Missing => Seeds >= Rare.EnoughSeeds ? Rare.Missing(Counters) : [];

    /// <summary>Whether everything held.</summary>
    public bool IsGood => Violations == 0 && Missing.Count == 0;
}
