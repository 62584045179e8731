using ReverseEtl.Simulation.Mutants;

namespace ReverseEtl.Simulation.Running;

/// <summary>Checks the checkers: how many seeds it takes until a seeded bug is noticed.</summary>
public static class MutantHunt
{
    /// <summary>So many seeds at most; a bug that is not noticed by then counts as missed.</summary>
    public const int Bound = 400;

    /// <summary>Runs seeds under the bug, from its first one on, until something does not hold.</summary>
    public static Catch Of(Mutant mutant)
    {
        for (var count = 1; count <= Bound; count++)
        {
            if (SeedRun.Of(mutant.FirstSeed + count - 1, mutant).Violations is [var first, ..])
            {
                return new Catch(mutant, count, first.Invariant, first.What);
            }
        }

        return new Catch(mutant, null, null, null);
    }
}

/// <summary>When a seeded bug was noticed.</summary>
/// <param name="Mutant">The bug.</param>
/// <param name="Seeds">How many seeds it took; null when it was missed.</param>
/// <param name="Invariant">What did not hold.</param>
/// <param name="What">In words.</param>
public sealed record Catch(Mutant Mutant, int? Seeds, string? Invariant, string? What);
