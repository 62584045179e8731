using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>One entry of a composite request.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Url">As sent, references not yet resolved.</param>
/// <param name="ReferenceId">Its name.</param>
/// <param name="Headers">Its own headers.</param>
/// <param name="Body">Its body, or null.</param>
internal sealed partial record Subrequest(
    string Method, string Url, string ReferenceId, IReadOnlyDictionary<string, string> Headers, JsonNode? Body)
{
    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase) { "Accept", "Authorization", "Content-Type" };

    /// <summary>The names of other subrequests that this one takes values from.</summary>
    public IReadOnlySet<string> References { get; } = CompositeReferences.Names(Url, Body);

    /// <summary>Subrequests with headers of their own are never collated (reference §3.3).</summary>
    public bool Collatable => Headers.Count == 0 && References.Count == 0;

    public bool IsCollectionOrQuery =>
        Url.Contains("/composite/sobjects", StringComparison.Ordinal) || Url.Contains("/query", StringComparison.Ordinal);

    /// <summary>What is collated together: one verb on one kind of resource.</summary>
    public string Kind => $"{Method} {string.Join('/', Url.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(3).Take(2))}";

    public static Subrequest Parse(JsonNode? node)
    {
        var entry = node as JsonObject ?? throw Invalid("A composite subrequest is an object");
        var method = entry["method"]?.ToString() ?? throw Invalid("Missing required field 'method'");
        var url = entry["url"]?.ToString() ?? throw Invalid("Missing required field 'url'");
        var reference = entry["referenceId"]?.ToString() ?? throw Invalid("Missing required field 'referenceId'");
        if (!ReferencePattern().IsMatch(reference))
        {
            throw Invalid(
                $"Invalid reference ID '{reference}'. A reference ID must start with a letter or a number, and contain only letters, " +
                "numbers and underscores.");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in entry["httpHeaders"] as JsonObject ?? [])
        {
            headers[name] = value?.ToString() ?? "";
        }

        return headers.Keys.FirstOrDefault(Forbidden.Contains) is { } forbidden
            ? throw Invalid($"The header {forbidden} is not allowed in a subrequest")
            : new Subrequest(method.ToUpperInvariant(), url, reference, headers, entry["body"]);
    }

    private static SalesforceException Invalid(string message) => SalesforceException.Unreadable("JSON_PARSER_ERROR", message);

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_]*$")]
    private static partial Regex ReferencePattern();
}
