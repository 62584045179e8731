using System.IO.Compression;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Gzips answers for clients that ask for it; their entity tags tell of it (reference §2.4).</summary>
internal static class Compression
{
    public static SandboxResponse Apply(SandboxRequest request, SandboxResponse answer)
    {
        if (answer.Body.Length == 0 || request.Header("Accept-Encoding")?.Contains("gzip", StringComparison.OrdinalIgnoreCase) != true)
        {
            return answer;
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(answer.Body);
        }

        var gzipped = (answer with { Body = packed.ToArray() }).With("Content-Encoding", "gzip");
        return answer.Headers.TryGetValue("ETag", out var tag) ? gzipped.With("ETag", $"{tag.TrimEnd('"')}{Preconditions.GzipSuffix}\"") : gzipped;
    }
}
