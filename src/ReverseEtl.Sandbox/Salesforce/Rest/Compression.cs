using System.IO.Compression;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Gzips answers for clients that ask for it.</summary>
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

        return (answer with { Body = packed.ToArray() }).With("Content-Encoding", "gzip");
    }
}
