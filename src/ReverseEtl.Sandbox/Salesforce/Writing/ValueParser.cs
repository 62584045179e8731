using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Reads JSON values by the type of their field; what does not fit cannot be deserialized at all.</summary>
internal static class ValueParser
{
    private static readonly string[] DateTimeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    public static object? Parse(FieldDefinition field, JsonNode? node, SalesforceSwitches switches)
    {
        var kind = node?.GetValueKind() ?? JsonValueKind.Null;
        if (kind == JsonValueKind.Null)
        {
            return null;
        }

        if (kind is JsonValueKind.Object or JsonValueKind.Array)
        {
            throw Unreadable(field, kind, "");
        }

        var text = kind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? node!.ToJsonString() : node!.ToString();
        return field.Kind switch
        {
            FieldKind.Boolean => ParseBoolean(field, kind, text),
            FieldKind.Integer or FieldKind.Number => ParseNumber(field, kind, text),
            FieldKind.Date => ParseDate(field, kind, text),
            FieldKind.DateTime => ParseDateTime(text) ?? throw Unreadable(field, kind, text),
            _ when kind == JsonValueKind.String || switches.NumbersForText => text,
            _ => throw Unreadable(field, kind, text),
        };
    }

    /// <summary>A datetime in one of the accepted forms, cut to whole seconds, or null.</summary>
    public static DateTimeOffset? ParseDateTime(string text)
    {
        // Offsets without colon are what the API itself writes, so it takes them back.
        var colon = text.Length > 5 && text[^5] is '+' or '-' ? $"{text[..^2]}:{text[^2..]}" : text;
        return DateTimeOffset.TryParseExact(colon, DateTimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime().AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond))
            : null;
    }

    private static bool ParseBoolean(FieldDefinition field, JsonValueKind kind, string text) =>
        kind != JsonValueKind.Number && bool.TryParse(text, out var flag) ? flag : throw Unreadable(field, kind, text);

    private static decimal? ParseNumber(FieldDefinition field, JsonValueKind kind, string text)
    {
        if (kind is JsonValueKind.True or JsonValueKind.False)
        {
            throw Unreadable(field, kind, text);
        }

        if (text.Length == 0)
        {
            return null;
        }

        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                ? Normalizer.OutOfRange(field, text)
                : Unreadable(field, kind, text);
        }

        return field.Kind == FieldKind.Integer && decimal.Truncate(number) != number ? throw Unreadable(field, kind, text) : number;
    }

    private static DateOnly? ParseDate(FieldDefinition field, JsonValueKind kind, string text) =>
        text.Length == 0
            ? null
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw Unreadable(field, kind, text);

    private static SalesforceException Unreadable(FieldDefinition field, JsonValueKind kind, string text)
    {
        var token = kind switch
        {
            JsonValueKind.Object => "START_OBJECT",
            JsonValueKind.Array => "START_ARRAY",
            JsonValueKind.True => "VALUE_TRUE",
            JsonValueKind.False => "VALUE_FALSE",
            JsonValueKind.Number => text.AsSpan().IndexOfAny(".eE") >= 0 ? "VALUE_NUMBER_FLOAT" : "VALUE_NUMBER_INT",
            _ => "VALUE_STRING",
        };
        var target = field.Kind is FieldKind.Number ? "double" : field.Type;
        var value = text.Length == 0 ? "" : $" value {text}";
        return SalesforceException.Unreadable(
            "JSON_PARSER_ERROR",
            $"Cannot deserialize instance of {target} from {token}{value} or request may be missing a required field at [line:1, column:2]");
    }
}
