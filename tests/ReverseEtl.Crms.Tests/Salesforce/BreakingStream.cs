namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>A body that breaks off behind its first bytes.</summary>
public sealed class BreakingStream(byte[] first) : MemoryStream(first)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await base.ReadAsync(buffer, cancellationToken) is > 0 and var count ? count : throw new IOException("The connection was reset.");

    public override int Read(Span<byte> buffer) => base.Read(buffer) is > 0 and var count ? count : throw new IOException("The connection was reset.");
}
