using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Writes in batches of up to 100 (reference §2.3). Only operations that have the same effect once or twice are used, so a batch may be
/// sent again whole or in part: an error that names no row is narrowed down by halves.
/// </summary>
internal sealed class HubSpotWriter(HubSpotClient client, HubSpotPaths paths, HubSpotReader reader, SeenVersions own, int parallelism)
{
    /// <summary>See <see cref="ICrm.WriteAsync"/>.</summary>
    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(
        HubSpotObject type, CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        var run = new WriteRun(type, batch, client, paths, reader, cancellationToken);
        var chunks = run.Accepted()
            .GroupBy(row => WriteRun.Operation(row.Write.Kind))
            .SelectMany(group => group.Chunk(HubSpotReader.BatchSize).Select(rows => (Operation: group.Key, Rows: rows)))
            .ToList();
        var troubles = await InParallel.SelectAsync(
            chunks, parallelism, (chunk, _) => run.TryAsync(chunk.Operation, chunk.Rows), cancellationToken);
        var results = run.Finish(troubles.OfType<PortException>().FirstOrDefault());
        foreach (var result in results)
        {
            if (result is { Outcome: WriteOutcome.Confirmed, Id: { } id, Version: { } version })
            {
                own.Remember(type, id, version);
            }
        }

        return results;
    }
}
