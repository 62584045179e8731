using System.CommandLine;
using ReverseEtl.Simulation.Running;

namespace ReverseEtl.Simulation;

/// <summary>The simulation as a program: <c>--seeds N --first-seed M</c>, <c>--seed N</c>, <c>--mutants</c>.</summary>
public static class Program
{
    private static readonly Option<int> Seeds = new("--seeds") { Description = "How many seeds to run.", DefaultValueFactory = _ => 500 };
    private static readonly Option<int> FirstSeed = new("--first-seed") { Description = "Where to begin.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int?> Seed = new("--seed") { Description = "Repeats one seed and tells its story." };
    private static readonly Option<bool> Mutants = new("--mutants") { Description = "Shows that every seeded bug is noticed, and how many seeds that takes." };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Prints everything that happens." };

    /// <summary>0 when everything held, 1 otherwise.</summary>
    public static int Main(string[] arguments)
    {
        var command = new RootCommand("Runs the real engine and connectors in a simulated world and checks what must always hold.")
        {
            Seeds, FirstSeed, Seed, Mutants, Verbose,
        };
        command.SetAction(result => Run(new Report(Console.Out), result));
        return command.Parse(arguments).Invoke();
    }

    private static int Run(Report report, ParseResult result)
    {
        if (result.GetValue(Mutants))
        {
            return report.Mutants(ReverseEtl.Simulation.Mutants.AllMutants.List) ? 0 : 1;
        }

        if (result.GetValue(Seed) is { } only)
        {
            return report.One(only, result.GetValue(Verbose)) ? 0 : 1;
        }

        var seeds = Regressions.Seeds.Concat(Enumerable.Range(result.GetValue(FirstSeed), result.GetValue(Seeds))).ToList();
        return report.Many(seeds, result.GetValue(Verbose)) ? 0 : 1;
    }
}
