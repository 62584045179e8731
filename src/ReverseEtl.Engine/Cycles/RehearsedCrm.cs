using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Reads the real CRM and only pretends to write: every write is confirmed as sent, with the calls that it would cost.</summary>
internal sealed class RehearsedCrm(ICrm crm) : ICrm
{
    private long _planned;

    public CrmTraits Traits => crm.Traits;

    public long Calls => crm.Calls + _planned;

    public Task CheckAsync(CancellationToken cancellationToken) => crm.CheckAsync(cancellationToken);

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => crm.NowAsync(cancellationToken);

    public Task<SideSchema?> DescribeAsync(string objectType, CancellationToken cancellationToken) => crm.DescribeAsync(objectType, cancellationToken);

    public Task<FieldSchema?> DescribePathAsync(string objectType, string path, CancellationToken cancellationToken) =>
        crm.DescribePathAsync(objectType, path, cancellationToken);

    public IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadChangesAsync(CrmRead read, DateTimeOffset? since, CancellationToken cancellationToken) =>
        crm.ReadChangesAsync(read, since, cancellationToken);

    public async Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        // A record that is only planned cannot be asked for.
        var real = ids.Where(id => !id.StartsWith(Planned, StringComparison.Ordinal)).ToList();
        return real.Count == 0 ? new Dictionary<string, CrmRecord>() : await crm.ReadAsync(read, real, cancellationToken);
    }

    public Task<ILookup<string, CrmRecord>> FindByKeyAsync(CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        crm.FindByKeyAsync(read, keys, cancellationToken);

    public Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        foreach (var kind in batch.Writes.GroupBy(w => w.Kind))
        {
            _planned += (kind.Count() + Traits.WriteBatch - 1) / Traits.WriteBatch;
        }

        return Task.FromResult<IReadOnlyList<CrmWriteResult>>([.. batch.Writes.Select(w =>
            new CrmWriteResult(WriteOutcome.Confirmed, w.Id ?? Planned + w.Key) { Created = w.Kind is CrmWriteKind.Upsert })]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private const string Planned = "new:";
}
