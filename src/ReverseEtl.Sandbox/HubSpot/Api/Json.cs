using System.Text.Json;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Reads request bodies as leniently and as strictly as HubSpot: unknown keys pass, wrong types do not.</summary>
internal static class Json
{
    public static JsonElement ParseObject(string text) => Parse(text, JsonValueKind.Object, "an object");

    /// <summary>A body that is a bare list of objects.</summary>
    public static IReadOnlyList<JsonElement> ParseObjects(string text) => Objects(Parse(text, JsonValueKind.Array, "a list"), "list");

    /// <summary>A body that is a bare list of texts.</summary>
    public static IReadOnlyList<string> ParseTexts(string text) => Texts(Parse(text, JsonValueKind.Array, "a list"), "list");

    private static JsonElement Parse(string text, JsonValueKind kind, string wanted)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == kind)
            {
                MustBeText(text, document.RootElement);
                return document.RootElement.Clone();
            }
        }
        catch (JsonException e)
        {
            throw Refuse.Because(
                $"Invalid input JSON on line {(e.LineNumber ?? 0) + 1}, column {(e.BytePositionInLine ?? 0) + 1}: not a JSON document");
        }

        throw Refuse.Because($"Invalid input JSON on line 1, column 1: {wanted} was expected");
    }

    /// <summary>Half of a surrogate pair can be written as an escape, but it is no text; reading it later would throw.</summary>
    private static void MustBeText(string text, JsonElement root)
    {
        if (!text.Contains("\\ud", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        try
        {
            Visit(root);
        }
        catch (InvalidOperationException)
        {
            throw Refuse.Because("Invalid input JSON: half of a surrogate pair");
        }
    }

    private static void Visit(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                json.GetString();
                break;
            case JsonValueKind.Array:
                json.EnumerateArray().ToList().ForEach(Visit);
                break;
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    Visit(member.Value);
                }

                break;
        }
    }

    /// <summary>The member, or null when it is missing or null.</summary>
    public static JsonElement? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>A text member; ids may come as numbers too.</summary>
    public static string? Text(JsonElement json, string name) => Member(json, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } found => found.GetString(),
        { ValueKind: JsonValueKind.Number } found => found.GetRawText(),
        _ => throw Refuse.Because($"Invalid input JSON: '{name}' must be a string"),
    };

    public static string Required(JsonElement json, string name) =>
        Text(json, name) is { Length: > 0 } text
            ? text
            : throw Refuse.Because($"Invalid input JSON: some required fields were not set: [{name}]");

    public static bool Flag(JsonElement json, string name, bool standard = false) =>
        Member(json, name) is { } found ? found.ValueKind == JsonValueKind.True : standard;

    public static int? Number(JsonElement json, string name) => Text(json, name) is not { } text
        ? null
        : int.TryParse(text, out var number) ? number : throw Refuse.Because($"Invalid input JSON: '{name}' must be an integer");

    /// <summary>The elements of a list of objects; none when the member is missing.</summary>
    public static IReadOnlyList<JsonElement> Objects(JsonElement json, string name)
    {
        var items = Items(json, name);
        return items.All(i => i.ValueKind == JsonValueKind.Object)
            ? items
            : throw Refuse.Because($"Invalid input JSON: '{name}' must hold objects");
    }

    public static IReadOnlyList<string> Texts(JsonElement json, string name)
    {
        var items = Items(json, name);
        return items.All(i => i.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            ? [.. items.Select(i => i.ValueKind == JsonValueKind.String ? i.GetString()! : i.GetRawText())]
            : throw Refuse.Because($"Invalid input JSON: '{name}' must hold strings");
    }

    /// <summary>The elements of the member, or of the body itself where it is a bare list.</summary>
    private static IReadOnlyList<JsonElement> Items(JsonElement json, string name)
    {
        if ((json.ValueKind == JsonValueKind.Array ? json : Member(json, name)) is not { } list)
        {
            return [];
        }

        return list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : throw Refuse.Because($"Invalid input JSON: '{name}' must be a list");
    }

    /// <summary>Property values as text. What a null or a non-string does is switched.</summary>
    public static IReadOnlyDictionary<string, string> Properties(JsonElement json, HubSpotSwitches switches)
    {
        if (Member(json, "properties") is not { ValueKind: JsonValueKind.Object } properties)
        {
            throw Refuse.Because("Invalid input JSON: some required fields were not set: [properties]");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in properties.EnumerateObject())
        {
            if (Value(member, switches) is { } value)
            {
                values[member.Name] = value;
            }
        }

        return values;
    }

    private static string? Value(JsonProperty member, HubSpotSwitches switches)
    {
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.String:
                return member.Value.GetString();
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when switches.NonStringValuesTolerated:
                return member.Value.GetRawText();
            case JsonValueKind.Null when switches.NullValue == NullValue.Ignore:
                return null;
            case JsonValueKind.Null when switches.NullValue == NullValue.Clear:
                return "";
            default:
                throw Refuse.Because($"Invalid input JSON: the value of '{member.Name}' must be a string");
        }
    }
}
