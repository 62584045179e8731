using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Tests.Support;

/// <summary>Links of the same kinds between all objects; none can be read or written.</summary>
internal sealed class FakeLinks(params LinkKind[] kinds) : ICrmAssociations
{
    public IReadOnlyList<LinkKind> Kinds => kinds;

    public int WriteBatch => 1;

    public Task<IReadOnlyList<LinkKind>> DescribeAsync(string fromObject, string toObject, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LinkKind>>(kinds);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<CrmLink>>> ReadAsync(
        string fromObject, string toObject, IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmLinkBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();
}
