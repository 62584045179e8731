using System.Reflection;
using ReverseEtl.Simulation.Coverage;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Mutants;
using ReverseEtl.Simulation.Running;

namespace ReverseEtl.Simulation;

/// <summary>Tells people what came of it.</summary>
public sealed class Report(TextWriter output)
{
    private const int ShownViolations = 3;

    /// <summary>Many seeds: those that failed with their stories, then the coverage and one closing line.</summary>
    public bool Many(IReadOnlyList<int> seeds, bool isVerbose)
    {
        var done = 0;
        var result = Campaign.Run(seeds, each =>
        {
            Failure(each);
            if (++done % 100 == 0 || isVerbose)
            {
                output.WriteLine($"{done} seeds");
            }
        });
        Coverage(result.Counters);
        foreach (var missing in result.Missing)
        {
            output.WriteLine($"never happened: {missing}");
        }

        output.WriteLine(
            $"{result.Seeds} seeds, each twice, in {result.Took.TotalSeconds:0} s ({result.Seeds / result.Took.TotalSeconds:0.0} a second): "
            + $"{result.Violations} violations{(result.Failed.Count == 0 ? "" : $" in {result.Failed.Count} seeds")}");
        return result.IsGood;
    }

    /// <summary>One seed, with everything that happens when asked for.</summary>
    public bool One(int seed, bool isVerbose)
    {
        if (isVerbose)
        {
            SeedRun.Of(seed, watch: happening => output.Write(EventLog.Line(happening)));
        }

        var result = SeedCheck.Of(seed);
        Failure(result);
        output.WriteLine($"seed {seed}: {result.Story.Count} events, {result.Fingerprint}, {result.Violations.Count} violations");
        return result.Violations.Count == 0;
    }

    /// <summary>A table of the seeded bugs.</summary>
    public bool Mutants(IReadOnlyList<Mutant> mutants)
    {
        var isComplete = true;
        output.WriteLine($"{"seeded bug",-42} {"seeds",5}  noticed by");
        foreach (var caught in mutants.Select(MutantHunt.Of))
        {
            isComplete &= caught.Seeds is not null;
            output.WriteLine($"{caught.Mutant.Name,-42} {caught.Seeds?.ToString() ?? "-",5}  {(caught.Seeds is null ? "nobody" : $"{caught.Invariant}: {Short(caught.What!)}")}");
        }

        output.WriteLine(isComplete ? "every seeded bug was noticed" : "a seeded bug was missed");
        return isComplete;
    }

    private void Failure(SeedResult result)
    {
        if (result.Violations.Count == 0)
        {
            return;
        }

        Regressions.Keep(result);
        output.WriteLine($"seed {result.Seed} fails; repeat with: dotnet run -c Release --project tests/ReverseEtl.Simulation -- --seed {result.Seed}   (revision {Revision()})");
        foreach (var violation in result.Violations.Take(ShownViolations))
        {
            output.WriteLine($"  {violation}");
            foreach (var line in result.Excerpt(violation))
            {
                output.Write($"    {line}");
            }
        }
    }

    private void Coverage(Counters counters)
    {
        output.WriteLine("how often the rare things happened:");
        foreach (var (what, count) in counters.Hits)
        {
            output.WriteLine($"{count,8}  {what}");
        }
    }

    private static string Revision() =>
        typeof(Report).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var revision, ..]
            ? revision[..Math.Min(10, revision.Length)]
            : "unknown";

    private static string Short(string text) => text.Length > 90 ? $"{text[..90].ReplaceLineEndings(" ")}…" : text;
}
