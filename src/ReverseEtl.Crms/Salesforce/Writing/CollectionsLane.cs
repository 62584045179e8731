using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>sObject Collections: up to 200 records a request, each for itself, several requests side by side.</summary>
internal sealed class CollectionsLane(CollectionsCall call, SecondThoughts secondThoughts, int parallelism) : IWriteLane
{
    public bool Takes(CrmWriteBatch batch) => true;

    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        var run = new WriteRun(batch, call, parallelism);
        await run.SendAsync([.. batch.Writes.Select((write, at) => (at, write))], WritePlan.CallSize, cancellationToken);
        await secondThoughts.SettleAsync(run, cancellationToken);
        return run.Results();
    }
}
