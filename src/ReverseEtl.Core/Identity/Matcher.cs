namespace ReverseEtl.Core.Identity;

/// <summary>What matching found for one row.</summary>
/// <param name="CrmId">The one partner, if there is exactly one.</param>
/// <param name="Candidates">All candidates when there is more than one way to pair; empty otherwise.</param>
/// <param name="Rule">The number of the rule that decided, from 0; -1 when none did.</param>
public sealed record Match(string? CrmId, IReadOnlyList<string> Candidates, int Rule)
{
    /// <summary>No partner.</summary>
    public static Match None { get; } = new(null, [], -1);

    /// <summary>Whether a person must choose.</summary>
    public bool IsAmbiguous => Candidates.Count > 0;
}

/// <summary>
/// Pairs rows with CRM records, one to one. The first rule with exactly one hit wins; a row whose rules only ever hit several records,
/// and all rows that hit the same record, are ambiguous. Never fuzzy, independent of the order of the rows.
/// </summary>
public static class Matcher
{
    /// <summary>Matches rows by their hits.</summary>
    /// <param name="hits">For every row: for every rule, in order, the ids of the free CRM records that it hits.</param>
    public static IReadOnlyList<Match> Pair(IReadOnlyList<IReadOnlyList<IReadOnlyCollection<string>>> hits)
    {
        var matches = hits.Select(Best).ToArray();
        var claims = matches.Where(m => m.CrmId is not null).GroupBy(m => m.CrmId!, StringComparer.Ordinal)
            .Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        return [.. matches.Select(m => m.CrmId is { } id && claims.Contains(id) ? new Match(null, [id], m.Rule) : m)];
    }

    private static Match Best(IReadOnlyList<IReadOnlyCollection<string>> rules)
    {
        var several = new SortedSet<string>(StringComparer.Ordinal);
        var first = -1;
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Count == 1)
            {
                return new Match(rules[i].First(), [], i);
            }

            if (rules[i].Count > 1)
            {
                first = first < 0 ? i : first;
                several.UnionWith(rules[i]);
            }
        }

        return several.Count == 0 ? Match.None : new Match(null, [.. several], first);
    }
}
