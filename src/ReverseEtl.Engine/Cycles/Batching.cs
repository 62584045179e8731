using System.Runtime.CompilerServices;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Cuts streams into batches.</summary>
internal static class Batching
{
    public static async IAsyncEnumerable<List<T>> InBatchesAsync<T>(
        this IAsyncEnumerable<T> source, int size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<T>();
        await foreach (var item in source.WithCancellation(cancellationToken))
        {
            batch.Add(item);
            if (batch.Count == size)
            {
                yield return batch;
                batch = [];
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
