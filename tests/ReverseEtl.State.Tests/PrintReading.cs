using System.Text;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

/// <summary>Prints as a plain stream.</summary>
public static class PrintReading
{
    public static async IAsyncEnumerable<PairPrint> ReadPrintsAsync(this IMappingState state)
    {
        await using var scan = state.ScanPrints(CancellationToken.None);
        while (await scan.NextAsync())
        {
            yield return new PairPrint(Encoding.UTF8.GetString(scan.Key), scan.Print, scan.State, scan.Hash);
        }
    }
}
