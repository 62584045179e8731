using System.Globalization;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>The API versions of the org: 31.0 to 67.0; 21 to 30 are retired (reference §0).</summary>
internal static class ApiVersions
{
    private const int Oldest = 31;
    private const int Newest = 67;
    private const int OldestRetired = 21;
    private static readonly string[] Seasons = ["Summer", "Winter", "Spring"];

    /// <summary><c>GET /services/data</c>: no token needed, not metered.</summary>
    public static SandboxResponse List() => JsonText.Answer(200, new JsonArray([.. Enumerable.Range(Oldest, Newest - Oldest + 1).Select(Entry)]));

    /// <summary>Throws for versions that are unknown (404) or retired (410).</summary>
    public static void Require(string segment)
    {
        if (!segment.StartsWith('v') || !segment.EndsWith(".0", StringComparison.Ordinal)
            || !int.TryParse(segment.AsSpan(1, segment.Length - 3), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < OldestRetired or > Newest)
        {
            throw SalesforceException.NotFound();
        }

        if (number < Oldest)
        {
            throw new SalesforceException(410, new SalesforceError("UNSUPPORTED_API_VERSION", $"API version {number}.0 is retired"));
        }
    }

    private static JsonNode Entry(int version)
    {
        var release = version - Oldest;
        var season = Seasons[release % 3];
        var year = 14 + (release / 3) + (season == "Summer" ? 0 : 1);
        return new JsonObject
        {
            ["label"] = $"{season} '{year}",
            ["url"] = $"/services/data/v{version}.0",
            ["version"] = $"{version}.0",
        };
    }
}
