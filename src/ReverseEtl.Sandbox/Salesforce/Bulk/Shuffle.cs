namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Puts rows out of order, the same way each time, holding a few of them: results come in no useful order (reference §5.1).</summary>
internal static class Shuffle
{
    /// <summary>How many rows wait to be drawn.</summary>
    private const int Window = 1000;

    public static IEnumerable<T> Rows<T>(IEnumerable<T> rows, string seed)
    {
        var random = new Random(seed.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)));
        var waiting = new List<T>(Window);
        foreach (var row in rows)
        {
            waiting.Add(row);
            if (waiting.Count == Window)
            {
                yield return Draw(waiting, random);
            }
        }

        while (waiting.Count > 0)
        {
            yield return Draw(waiting, random);
        }
    }

    private static T Draw<T>(List<T> waiting, Random random)
    {
        var at = random.Next(waiting.Count);
        var drawn = waiting[at];
        waiting[at] = waiting[^1];
        waiting.RemoveAt(waiting.Count - 1);
        return drawn;
    }
}
