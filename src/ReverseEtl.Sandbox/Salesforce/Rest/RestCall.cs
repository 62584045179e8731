using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>One authenticated call below <c>/services/data/vNN.0/</c>, on its own or as part of a composite one.</summary>
/// <param name="Http">The request as it came.</param>
/// <param name="Method">The verb, with <c>_HttpMethod</c> tunnelling undone.</param>
/// <param name="Version">e.g. <c>v66.0</c>.</param>
/// <param name="UserId">The user whose token it is.</param>
internal sealed record RestCall(SandboxRequest Http, string Method, string Version, string UserId)
{
    public double VersionNumber => double.Parse(Version.AsSpan(1), CultureInfo.InvariantCulture);

    public JsonNode ReadJson()
    {
        if (!JsonInput.IsReadable(Http.Body))
        {
            throw SalesforceException.Unreadable("JSON_PARSER_ERROR", "Invalid UTF-8 in the HTTP entity body");
        }

        try
        {
            return JsonInput.Parse(Http.Body)
                ?? throw SalesforceException.Unreadable("JSON_PARSER_ERROR", "The HTTP entity body is null.");
        }
        catch (JsonException e)
        {
            throw SalesforceException.Unreadable(
                "JSON_PARSER_ERROR",
                Http.Body.Length == 0
                    ? "The HTTP entity body is required, but this request has no entity body."
                    : $"Unexpected character or end of input at [line:{(e.LineNumber ?? 0) + 1}, column:{(e.BytePositionInLine ?? 0) + 1}]");
        }
    }

    public JsonObject ReadObject() => ReadJson() as JsonObject
        ?? throw SalesforceException.Unreadable("JSON_PARSER_ERROR", "Unexpected token at [line:1, column:1], an object was expected");

    public SandboxResponse NotAllowed(string allowed) => JsonText.Answer(405, Errors.Array(new SalesforceError(
        "METHOD_NOT_ALLOWED", $"HTTP Method '{Method}' not allowed. Allowed are {allowed}"))).With("Allow", allowed);

    /// <summary>Whether it reads and nothing else; HEAD is a GET whose body the transport leaves out.</summary>
    public bool IsRead => Method is "GET" or "HEAD";
}
