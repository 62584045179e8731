namespace ReverseEtl.State.Tables;

/// <summary>One statement may name a row once only.</summary>
internal static class Distinct
{
    /// <summary>The last of each, in order.</summary>
    public static List<T> LastBy<T, TKey>(this IReadOnlyList<T> rows, Func<T, TKey> key)
        where TKey : notnull
    {
        var last = new Dictionary<TKey, T>();
        foreach (var row in rows)
        {
            last[key(row)] = row;
        }

        return [.. last.Values];
    }
}
