using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// Writes batches. Each write takes the first lane that is right for it; requests of all lanes go side by side, and what they store is told
/// by write.
/// </summary>
internal sealed class SalesforceWriter(IReadOnlyList<IWriteLane> lanes, SecondThoughts secondThoughts, Receipts receipts, int parallelism)
{
    /// <summary>See <see cref="ICrm.WriteAsync"/>.</summary>
    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        var run = new WriteRun(batch, lanes, parallelism);
        await run.SendAsync([.. batch.Writes.Select((write, at) => (at, write))], int.MaxValue, cancellationToken);
        await secondThoughts.SettleAsync(run, cancellationToken);
        await receipts.ReadAsync(run, cancellationToken);
        return run.Results();
    }
}
