using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Reads the real links and only pretends to make and end them: every write is confirmed as sent.</summary>
internal sealed class RehearsedAssociations(ICrmAssociations links) : ICrmAssociations
{
    public int WriteBatch => links.WriteBatch;

    public Task<IReadOnlyList<LinkKind>> DescribeAsync(string fromObject, string toObject, CancellationToken cancellationToken) =>
        links.DescribeAsync(fromObject, toObject, cancellationToken);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<CrmLink>>> ReadAsync(
        string fromObject, string toObject, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        links.ReadAsync(fromObject, toObject, ids, cancellationToken);

    public Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmLinkBatch batch, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CrmWriteResult>>([.. batch.Writes.Select(write => new CrmWriteResult(WriteOutcome.Confirmed, write.FromId))]);
}
