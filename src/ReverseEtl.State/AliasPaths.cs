namespace ReverseEtl.State;

/// <summary>Keeps every merged-away id pointing at the last of its chain.</summary>
internal static class AliasPaths
{
    /// <summary>What the aliases become when merges are added.</summary>
    /// <param name="known">Loser to winner, of every id that the merges name and of everything that points at those; already compressed.</param>
    /// <param name="merges">Loser and winner, oldest first.</param>
    /// <returns>
    /// The same with the merges followed: no winner is itself a loser. When an id wins that had lost to its own loser before, it was
    /// restored: the newer merge counts.
    /// </returns>
    public static Dictionary<string, string> Add(IReadOnlyDictionary<string, string> known, IEnumerable<(string Loser, string Winner)> merges)
    {
        var paths = new Dictionary<string, string>(known, StringComparer.Ordinal);
        foreach (var (loser, named) in merges)
        {
            if (loser == named)
            {
                continue;
            }

            var winner = paths.GetValueOrDefault(named, named);
            if (winner == loser)
            {
                paths.Remove(named);
                winner = named;
            }

            paths[loser] = winner;
            foreach (var (other, target) in paths.ToList())
            {
                if (target == loser)
                {
                    paths[other] = winner;
                }
            }
        }

        return paths;
    }
}
