using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>References such as <c>@{refA.id}</c> or <c>@{refA.records[0].Id}</c>; case counts (reference §3.3).</summary>
internal sealed partial class CompositeReferences
{
    private readonly Dictionary<string, JsonNode?> _results = new(StringComparer.Ordinal);

    public static HashSet<string> Names(string url, JsonNode? body) =>
        [.. Pattern().Matches(url + body?.ToJsonString()).Select(m => m.Groups[1].Value)];

    public void Add(string referenceId, byte[] body)
    {
        try
        {
            _results[referenceId] = body.Length == 0 ? null : JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            _results[referenceId] = null;
        }
    }

    public string Resolve(string text) => Pattern().Replace(text, match => Value(match).ToString());

    public JsonNode? Resolve(JsonNode? node) => node switch
    {
        JsonObject holder => new JsonObject(holder.Select(p => KeyValuePair.Create(p.Key, Resolve(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Resolve)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.ToString()),
        _ => node?.DeepClone(),
    };

    /// <summary>A string that is nothing but a reference takes the value's own type.</summary>
    private JsonNode Text(string text) =>
        Pattern().Match(text) is { Success: true } match && match.Length == text.Length
            ? Value(match).DeepClone()
            : JsonValue.Create(Resolve(text));

    private JsonNode Value(Match match)
    {
        var name = match.Groups[1].Value;
        var path = match.Groups[2].Value;
        JsonNode? value = _results.GetValueOrDefault(name);
        foreach (Match step in Step().Matches(path))
        {
            value = step.Groups[1].Success
                ? (value as JsonObject)?[step.Groups[1].Value]
                : value is JsonArray list && int.TryParse(step.Groups[2].Value, out var at) && at < list.Count ? list[at] : null;
        }

        return value ?? throw new SalesforceException(400, new SalesforceError(
            "PROCESSING_HALTED", $"Invalid reference specified. No value for {name}{path} found in {name}"));
    }

    [GeneratedRegex(@"@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])*)\}")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\.([A-Za-z0-9_]+)|\[(\d+)\]")]
    private static partial Regex Step();
}
