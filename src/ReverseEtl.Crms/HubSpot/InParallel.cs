namespace ReverseEtl.Crms.HubSpot;

/// <summary>Runs the same work over many items, a few at a time.</summary>
internal static class InParallel
{
    /// <summary>The results, in the order of the items. The first failure ends it.</summary>
    public static async Task<IReadOnlyList<TResult>> SelectAsync<T, TResult>(
        IReadOnlyList<T> items, int degree, Func<T, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, degree), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, items.Count, options, async (i, token) => results[i] = await work(items[i], token));
        return results;
    }
}
