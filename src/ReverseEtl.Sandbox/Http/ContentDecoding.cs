using System.IO.Compression;

namespace ReverseEtl.Sandbox.Http;

/// <summary>Undoes the content encoding of a request body. What claims to be gzip and is not stays as it came: the model refuses it.</summary>
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
        }
        catch (InvalidDataException)
        {
            return body;
        }

        return plain.ToArray();
    }
}
