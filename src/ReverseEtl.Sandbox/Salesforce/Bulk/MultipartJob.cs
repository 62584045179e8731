using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The one-call form of a small job: a <c>job</c> part of JSON and a <c>content</c> part of CSV (reference §5.1).</summary>
/// <param name="Job">The create body.</param>
/// <param name="Content">The CSV.</param>
internal sealed record MultipartJob(byte[] Job, byte[] Content)
{
    private const int MostCharacters = 100_000;

    /// <summary>Null for a request that is not multipart.</summary>
    public static MultipartJob? Read(SandboxRequest request)
    {
        if (request.Header("Content-Type") is not { } type || !type.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var parts = Parts(type, request.Body);
        return !parts.TryGetValue("job", out var job) || !parts.TryGetValue("content", out var content)
            ? throw BulkRefusal.InvalidJob("A multipart job needs the parts job and content")
            : content.Length > MostCharacters
                ? throw BulkRefusal.InvalidJob($"The content of a multipart job has at most {MostCharacters} characters")
                : new MultipartJob(job, content);
    }

    private static Dictionary<string, byte[]> Parts(string contentType, byte[] body)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
        {
            throw BulkRefusal.InvalidJob("The multipart content type needs a boundary");
        }

        var parts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            var reader = new MultipartReader(boundary.ToString(), new MemoryStream(body, writable: false));

            // The stream is memory: nothing here ever waits.
            while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } section)
            {
                using var bytes = new MemoryStream();
                section.Body.CopyTo(bytes);
                parts[HeaderUtilities.RemoveQuotes(section.GetContentDispositionHeader()?.Name ?? "").ToString()] = bytes.ToArray();
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentOutOfRangeException)
        {
            throw BulkRefusal.InvalidJob("The multipart body cannot be read: it does not end as its boundary says");
        }

        return parts;
    }
}
