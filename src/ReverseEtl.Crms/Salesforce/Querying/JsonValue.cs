using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>Values of record JSON (§2.2) as neutral text.</summary>
internal static class JsonValue
{
    /// <summary>A property, found without regard to case when it is not there exactly as written.</summary>
    public static JsonElement? Find(JsonElement item, string name)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        if (item.TryGetProperty(name, out var value))
        {
            return value;
        }

        foreach (var property in item.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }

    /// <summary>A property that is a text.</summary>
    public static string? Text(JsonElement item, string name) =>
        Find(item, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The value at the end of a path; empty when a step on the way is.</summary>
    public static FieldValue Follow(JsonElement row, IReadOnlyList<string> path, FieldType type)
    {
        var at = row;
        foreach (var step in path)
        {
            if (at.ValueKind is JsonValueKind.Null)
            {
                return FieldValue.Null;
            }

            if (Find(at, step) is not { } next)
            {
                return FieldValue.NotObserved;
            }

            at = next;
        }

        return Of(at, type);
    }

    /// <summary>An instant as Salesforce writes it, <c>+0000</c> without a colon included.</summary>
    public static DateTimeOffset? Instant(string? text)
    {
        if (text is null)
        {
            return null;
        }

        // .NET reads an offset only with its colon.
        var plain = text.Length > 5 && text[^5] is '+' or '-' && text[^4..].All(char.IsAsciiDigit) && text.Contains('T', StringComparison.Ordinal)
            ? text.Insert(text.Length - 2, ":")
            : text;
        return Instants.TryInstant(plain, out var instant) ? instant : null;
    }

    private static FieldValue Of(JsonElement value, FieldType type) => value.ValueKind switch
    {
        JsonValueKind.Null => FieldValue.Null,
        JsonValueKind.True => FieldValue.Of("true"),
        JsonValueKind.False => FieldValue.Of("false"),
        JsonValueKind.Number => FieldValue.Of(Number(value.GetRawText())),
        JsonValueKind.String => OfText(value.GetString()!, type),
        _ => FieldValue.Of(value.GetRawText()),
    };

    /// <summary>A value that came as text, as every value of a CSV answer does.</summary>
    public static FieldValue OfText(string text, FieldType type)
    {
        if (text.Length == 0)
        {
            return FieldValue.Null;
        }

        return type.Kind switch
        {
            FieldKind.Timestamp when Instant(text) is { } instant => FieldValue.Of(Instants.Format(instant)),
            FieldKind.Reference => FieldValue.Of(SalesforceId.NormalizeOrKeep(text)),
            FieldKind.Integer or FieldKind.Decimal => FieldValue.Of(Number(text)),
            FieldKind.Boolean => type.Canon(FieldValue.Of(text)),
            _ => FieldValue.Of(TimeOfDay.IsTypeOf(type) ? TimeOfDay.Neutral(text) : text),
        };
    }

    // 2.0E7 and 300.0 are how Java prints doubles.
    private static string Number(string raw) =>
        raw.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 && decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture)
            : raw;
}
