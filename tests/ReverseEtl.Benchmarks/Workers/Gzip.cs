using System.IO.Compression;

namespace ReverseEtl.Benchmarks.Workers;

/// <summary>Undoes the content encoding of a request body.</summary>
internal static class Gzip
{
    public static byte[] Undo(Dictionary<string, string> headers, byte[] body)
    {
        if (headers.GetValueOrDefault("Content-Encoding") != "gzip")
        {
            return body;
        }

        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
