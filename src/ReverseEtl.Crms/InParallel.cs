namespace ReverseEtl.Crms;

/// <summary>
/// Runs the same work over many items, a few at a time. Nothing is handed to the thread pool: the work goes on where its caller runs, so that
/// a simulation on one thread stays on it.
/// </summary>
internal static class InParallel
{
    /// <summary>Does the work for each item; see <see cref="SelectAsync"/>.</summary>
    public static Task ForEachAsync<T>(
        IReadOnlyList<T> items, int degree, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        SelectAsync(
            items,
            degree,
            async (item, token) =>
            {
                await work(item, token);
                return true;
            },
            cancellationToken);

    /// <summary>
    /// The results, in the order of the items. After the first failure nothing more is begun; what is under way is not cut off, since it may
    /// be a write, and its end is waited for.
    /// </summary>
    public static async Task<IReadOnlyList<TResult>> SelectAsync<T, TResult>(
        IReadOnlyList<T> items, int degree, Func<T, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Count];
        var (next, hasFailed) = (-1, false);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(Math.Max(1, degree), items.Count)).Select(_ => WorkAsync()));
        cancellationToken.ThrowIfCancellationRequested();
        return results;

        async Task WorkAsync()
        {
            try
            {
                while (!Volatile.Read(ref hasFailed) && !cancellationToken.IsCancellationRequested
                    && Interlocked.Increment(ref next) is var i && i < items.Count)
                {
                    results[i] = await work(items[i], cancellationToken);
                }
            }
            catch
            {
                Volatile.Write(ref hasFailed, true);
                throw;
            }
        }
    }
}
