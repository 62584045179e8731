namespace ReverseEtl.Simulation.Models.States;

/// <summary>What a settlement names twice counts once.</summary>
internal static class Latest
{
    /// <summary>The last of each, in the order of their first.</summary>
    public static IReadOnlyCollection<T> LastBy<T, TKey>(this IReadOnlyList<T> rows, Func<T, TKey> key)
        where TKey : notnull
    {
        if (rows.Count < 2)
        {
            return rows;
        }

        // Nothing is removed, so the order of insertion stands.
        var last = new Dictionary<TKey, T>();
        foreach (var row in rows)
        {
            last[key(row)] = row;
        }

        return last.Values;
    }
}
