using System.IO.Compression;

namespace ReverseEtl.Sandbox.Http;

/// <summary>Undoes the content encoding of a request body; one that is not encoded as its header says is left as it is.</summary>
internal static class ContentDecoding
{
    public static byte[] Undo(IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        if (!headers.TryGetValue("Content-Encoding", out var encoding) || !encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
        {
            return body;
        }

        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        try
        {
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException)
        {
            // What the model makes of it is a body it cannot read, and so a 400.
            return body;
        }
    }
}
