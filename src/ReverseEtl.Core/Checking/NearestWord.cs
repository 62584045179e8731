namespace ReverseEtl.Core.Checking;

/// <summary>Finds what a mistyped word was probably meant to be.</summary>
public static class NearestWord
{
    private const int ShortestBeginning = 3;

    /// <summary>
    /// The candidate that is the fewest edits away (insert, delete, replace, swap neighbours; case does not count), the first of
    /// equals in ordinal order. When none is within a third of the word's length: the only one that begins with the word, else null.
    /// </summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        var known = candidates.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return FindByEdits(word, known) ?? FindByBeginning(word, known);
    }

    private static string? FindByBeginning(string word, List<string> candidates)
    {
        var longer = candidates.FindAll(candidate => candidate.Length > word.Length && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase));
        return word.Length >= ShortestBeginning && longer.Count == 1 ? longer[0] : null;
    }

    private static string? FindByEdits(string word, List<string> candidates)
    {
        var limit = Math.Max(1, word.Length / 3);
        string? best = null;
        var fewest = limit + 1;
        foreach (var candidate in candidates)
        {
            if (candidate == word || Math.Abs(candidate.Length - word.Length) >= fewest)
            {
                continue;
            }

            var edits = Edits(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits < fewest)
            {
                (best, fewest) = (candidate, edits);
            }
        }

        return best;
    }

    private static int Edits(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = Cell(table, a, b, i, j);
            }
        }

        return table[a.Length, b.Length];
    }

    private static int Cell(int[,] table, string a, string b, int i, int j)
    {
        if (i == 0 || j == 0)
        {
            return i + j;
        }

        var replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        var edits = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
        var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return swapped ? Math.Min(edits, table[i - 2, j - 2] + 1) : edits;
    }
}
