using System.Globalization;
using System.Runtime.CompilerServices;

namespace ReverseEtl.Simulation.Running;

/// <summary>The seeds that failed once: <c>seeds/regressions.txt</c> beside the sources.</summary>
public static class Regressions
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<int> Seeds => File.Exists(Path()) ? [.. File.ReadLines(Path()).Select(SeedOf).OfType<int>()] : [];

    /// <summary>Keeps a seed that failed, with what did not hold.</summary>
    public static void Keep(SeedResult failed)
    {
        if (File.Exists(Path()) && !Seeds.Contains(failed.Seed))
        {
            File.AppendAllText(Path(), $"{failed.Seed}  # {string.Join(", ", failed.Violations.Select(v => v.Invariant).Distinct(StringComparer.Ordinal))}\n");
        }
    }

    private static int? SeedOf(string line) =>
        int.TryParse(line.Split('#')[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed) ? seed : null;

    private static string Path([CallerFilePath] string source = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(source)!, "..", "seeds", "regressions.txt");
}
