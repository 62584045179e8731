namespace ReverseEtl.Simulation.Models;

/// <summary>Runs effects between the two passes of a gate. An effect is atomic: it runs in one piece on the caller's thread.</summary>
internal sealed class GatedIo(IIoGate gate)
{
    public async Task<T> RunAsync<T>(string operation, Func<T> effect, CancellationToken cancellationToken)
    {
        await gate.PassAsync(operation, IoMoment.Before, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var result = effect();
        await gate.PassAsync(operation, IoMoment.After, cancellationToken);
        return result;
    }

    public Task RunAsync(string operation, Action effect, CancellationToken cancellationToken) => RunAsync(
        operation,
        () =>
        {
            effect();
            return 0;
        },
        cancellationToken);

    /// <summary>Streams what was there when the stream was opened. Every page is an operation, so that a stream can break off.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string operation, int page, Func<IReadOnlyList<T>> open, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = await RunAsync(operation, open, cancellationToken);
        for (var i = 0; i < rows.Count; i++)
        {
            if (i > 0 && i % page == 0)
            {
                await RunAsync($"{operation}.page", () => 0, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            yield return rows[i];
        }
    }
}
