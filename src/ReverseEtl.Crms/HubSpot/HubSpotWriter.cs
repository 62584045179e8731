using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Writes in batches of up to 100 (reference §2.3). A refused batch wrote nothing, so it may be sent again in part: an error that names no
/// row is narrowed down by halves. A batch whose answer was lost is sent again only where that has the same effect.
/// </summary>
internal sealed class HubSpotWriter(
    HubSpotClient client, HubSpotPaths paths, HubSpotReader reader, SeenVersions own, OwnWrites written, int parallelism)
{
    /// <summary>See <see cref="ICrm.WriteAsync"/>.</summary>
    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(
        HubSpotObject type, CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        var run = new WriteRun(type, batch, client, paths, reader, cancellationToken);
        var chunks = run.Accepted()
            .GroupBy(row => row.Operation)
            .SelectMany(group => group.Chunk(group.Key.MostRows).Select(rows => (Operation: group.Key, Rows: rows)))
            .ToList();
        var troubles = await InParallel.SelectAsync(
            chunks, parallelism, (chunk, _) => run.TryAsync(chunk.Operation, chunk.Rows), cancellationToken);
        var results = run.Finish(troubles.OfType<PortException>().FirstOrDefault());
        foreach (var result in results)
        {
            if (result is { Outcome: WriteOutcome.Confirmed, Id: { } id, Version: { } version })
            {
                own.Remember(type, id, version);
                if (result.Stored is { } stored)
                {
                    written.Note(type, id, version, stored);
                }
            }
        }

        return results;
    }
}
