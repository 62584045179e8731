using ReverseEtl.Simulation.Checking;
using ReverseEtl.Simulation.Mutants;

namespace ReverseEtl.Simulation.Running;

/// <summary>Runs a seed twice: what is not the same both times was not decided by the seed.</summary>
public static class SeedCheck
{
    /// <summary>The first run, with a violation more when the second came out differently.</summary>
    public static SeedResult Of(int seed, Mutant? mutant = null)
    {
        var first = SeedRun.Of(seed, mutant);
        var second = SeedRun.Of(seed, mutant);
        return first.Fingerprint == second.Fingerprint ? first : first with
        {
            Violations = [.. first.Violations, new Violation("run", Difference(first, second), "", [])],
        };
    }

    private static string Difference(SeedResult first, SeedResult second)
    {
        var at = first.Story.Zip(second.Story).TakeWhile(pair => pair.First.ToString() == pair.Second.ToString()).Count();
        return $"two runs of the seed differ from event {at} on: {first.Story.ElementAtOrDefault(at)} | {second.Story.ElementAtOrDefault(at)}";
    }
}
