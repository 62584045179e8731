using System.Text;

namespace ReverseEtl.Sandbox.Http;

/// <summary>One HTTP request as a simulated CRM sees it, free of any transport.</summary>
/// <param name="Method">Upper-case verb.</param>
/// <param name="Target">Raw path and query exactly as sent, percent-encoding included, starting with <c>/</c>.</param>
/// <param name="Headers">Header names compare without case.</param>
/// <param name="Body">The body after content decoding (gzip is undone by the transport); empty when there was none.</param>
public sealed record SandboxRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The path without the query, still percent-encoded.</summary>
    public string Path => Target.IndexOf('?') is >= 0 and var at ? Target[..at] : Target;

    /// <summary>The query without its question mark, still percent-encoded; empty when there is none.</summary>
    public string QueryString => Target.IndexOf('?') is >= 0 and var at ? Target[(at + 1)..] : "";

    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The value of a header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The first value of a query parameter, decoded (<c>+</c> is a space), or null.</summary>
    public string? Query(string name)
    {
        foreach (var part in QueryString.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var eq = part.IndexOf('=');
            var key = eq < 0 ? part : part[..eq];
            if (Decode(key) == name)
            {
                return eq < 0 ? "" : Decode(part[(eq + 1)..]);
            }
        }

        return null;
    }

    /// <summary>The decoded path segments.</summary>
    public IReadOnlyList<string> Segments =>
        [.. Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
