using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One authenticated request on a known path.</summary>
internal sealed record ApiCall(SandboxRequest Request, ApiPath Path, HubSpotToken Token, DateTimeOffset At)
{
    private JsonElement? _body;

    public string Method => Request.Method;

    public IReadOnlyList<string> Rest => Path.Rest;

    /// <summary>The body as a JSON object. Throws <see cref="RefusalException"/> when it is anything else.</summary>
    public JsonElement Body => _body ??= Json.ParseObject(Request.Text);

    public WriteContext Context => new(new WriteSource(Token.SourceType, Token.HasNoSourceId ? null : Token.AppId, null, "Integration"), At, Path.Version);

    /// <summary>A path segment matches a word, e.g. <c>Is(1, "batch", "read")</c>.</summary>
    public bool Is(int from, params ReadOnlySpan<string> words)
    {
        if (Rest.Count != from + words.Length)
        {
            return false;
        }

        for (var i = 0; i < words.Length; i++)
        {
            if (Rest[from + i] != words[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>It reads or writes associations, of one record or of many.</summary>
    public bool IsAboutAssociations => Path.Family is ApiFamily.Associations or ApiFamily.RecordAssociations
        || Path is { Family: ApiFamily.Objects, Rest: [_, _, "associations", ..] };

    /// <summary>Throws <see cref="RefusalException"/> where the person behind the token may not. It is a 400, not a 403 (reference §0.3).</summary>
    public void MustEditAssociations() => Refuse.Unless(
        Token.MayEditAssociations || !Path.Version.EnforcesAdminRules, "Missing 'Edit Associations' permission.");

    public bool Flag(string name) => string.Equals(Request.Query(name), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A list parameter: repeated, separated by commas, or both.</summary>
    public IReadOnlyList<string> List(string name) =>
    [
        .. Request.QueryString.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Where(pair => pair.Length == 2 && Uri.UnescapeDataString(pair[0]) == name)
            .Select(pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')))
            .SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries)),
    ];

    /// <summary>A page size. Throws <see cref="RefusalException"/> outside 1..max.</summary>
    public int Limit(int standard, int max)
    {
        if (Request.Query("limit") is not { } text)
        {
            return standard;
        }

        return int.TryParse(text, out var limit) && limit >= 1 && limit <= max
            ? limit
            : throw Refuse.Because($"limit must be between 1 and {max}");
    }

    public static SandboxResponse MethodNotAllowed() =>
        throw new RefusalException(new Failure(405, null, "HTTP 405 Method Not Allowed"));

    /// <summary>A known version, but no such endpoint.</summary>
    public static SandboxResponse NoSuchEndpoint() => throw new RefusalException(Failure.NotFound());

    public static SandboxResponse Ok(JsonNode body) => SandboxResponse.Json(200, body);
}
