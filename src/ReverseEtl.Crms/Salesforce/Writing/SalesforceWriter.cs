using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// Writes batches. Each write takes the first lane that is right for it; requests of all lanes go side by side, and what they store is told
/// by write.
/// </summary>
internal sealed class SalesforceWriter(
    IReadOnlyList<IWriteLane> lanes, PathValues paths, SecondThoughts secondThoughts, Receipts receipts, DescribeCache describes, int parallelism)
{
    /// <summary>See <see cref="ICrm.WriteAsync"/>.</summary>
    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        var resolved = await paths.ResolveAsync(batch, cancellationToken);
        var run = new WriteRun(batch with { Writes = [.. resolved.Select(item => item.Write)] }, lanes, parallelism);
        var sendable = new List<(int At, CrmWrite Write)>(resolved.Count);
        foreach (var (at, (write, unresolved)) in resolved.Index())
        {
            if ((unresolved ?? Preflight.Check(batch.Schema, batch.KeyField, write)) is { } error)
            {
                run.Replace(at, new CrmWriteResult(WriteOutcome.Rejected, write.Id) { Error = error });
            }
            else
            {
                sendable.Add((at, write));
            }
        }

        await run.SendAsync(sendable, int.MaxValue, cancellationToken);
        await secondThoughts.SettleAsync(run, cancellationToken);
        await receipts.ReadAsync(run, cancellationToken);
        if (run.SchemaMoved)
        {
            describes.Forget();
        }

        return run.Results();
    }
}
