namespace ReverseEtl.Crms.Http;

/// <summary>
/// Runs the same work over many items, a few at a time. Unlike <see cref="Parallel"/> it takes no thread: the work waits for answers,
/// and a simulation must see the same order every time.
/// </summary>
internal static class InParallel
{
    /// <summary>The results, in the order of the items. The first failure ends it.</summary>
    public static async Task<IReadOnlyList<TResult>> SelectAsync<T, TResult>(
        IReadOnlyList<T> items, int degree, Func<T, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        var results = new TResult[items.Count];
        await RunAsync(items.Count, degree, async (i, token) => results[i] = await work(items[i], token), cancellationToken);
        return results;
    }

    /// <summary>The same for work without a result.</summary>
    public static Task ForEachAsync<T>(IReadOnlyList<T> items, int degree, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        RunAsync(items.Count, degree, (i, token) => work(items[i], token), cancellationToken);

    private static async Task RunAsync(int count, int degree, Func<int, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taken = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Clamp(degree, 1, Math.Max(1, count))).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            try
            {
                for (var i = Interlocked.Increment(ref taken) - 1; i < count; i = Interlocked.Increment(ref taken) - 1)
                {
                    ended.Token.ThrowIfCancellationRequested();
                    await work(i, ended.Token);
                }
            }
            catch
            {
                ended.Cancel();
                throw;
            }
        }
    }
}
