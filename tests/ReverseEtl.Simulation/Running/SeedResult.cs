using ReverseEtl.Simulation.Checking;
using ReverseEtl.Simulation.Coverage;
using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Running;

/// <summary>What one run of one seed came to.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Violations">What did not hold.</param>
/// <param name="Fingerprint">Hash of everything that happened.</param>
/// <param name="Counters">How often the rare things happened.</param>
/// <param name="Story">Everything that happened.</param>
public sealed record SeedResult(
    int Seed, IReadOnlyList<Violation> Violations, string Fingerprint, Counters Counters, IReadOnlyList<Happening> Story)
{
    private const int EventsBefore = 45;
    private const int EventsAfter = 10;

    /// <summary>The events before and after a violation that have to do with it.</summary>
    public IEnumerable<string> Excerpt(Violation violation)
    {
        var related = Story.Where(h => h is Struck or StateRestored || violation.Records.Any(r => Names(EventLog.Line(h), r))).ToList();
        var until = violation.At is { } at ? related.FindLastIndex(h => h.At <= at) + 1 : related.Count;
        return related.Take(until + EventsAfter).Skip(Math.Max(0, until - EventsBefore)).Select(EventLog.Line);
    }

    // P-1 is not P-12.
    private static bool Names(string line, string record)
    {
        for (var at = line.IndexOf(record, StringComparison.Ordinal); at >= 0; at = line.IndexOf(record, at + 1, StringComparison.Ordinal))
        {
            if (at + record.Length == line.Length || !char.IsLetterOrDigit(line[at + record.Length]))
            {
                return true;
            }
        }

        return false;
    }
}
