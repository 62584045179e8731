using ReverseEtl.Core.Values;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Values between HubSpot's texts and neutral text (reference §3.3).</summary>
internal static class HubSpotValues
{
    private const long FirstMillisecond = -62_135_596_800_000;
    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>A property as read. Both null and the empty text stand for "empty".</summary>
    public static FieldValue Read(FieldType type, string? raw)
    {
        if (string.IsNullOrEmpty(raw))
        {
            return FieldValue.Null;
        }

        return type.Kind switch
        {
            FieldKind.Timestamp when TryInstant(raw, out var instant) => FieldValue.Of(Instants.Format(instant)),
            FieldKind.Date when TryInstant(raw, out var day) => FieldValue.Of(Instants.Format(DateOnly.FromDateTime(day.UtcDateTime))),
            _ => FieldValue.Of(raw),
        };
    }

    /// <summary>A property as written: always a string; empty clears it.</summary>
    public static string Write(FieldType type, FieldValue value)
    {
        if (value.State is not ValueState.Value)
        {
            return "";
        }

        var text = value.Text!;
        return type.Kind switch
        {
            FieldKind.Integer or FieldKind.Decimal or FieldKind.Boolean => type.Canon(value).Text ?? "",
            FieldKind.Date when TryInstant(text, out var day) => Instants.Format(DateOnly.FromDateTime(day.UtcDateTime)),
            FieldKind.Timestamp when TryInstant(text, out var instant) => Milliseconds(instant),

            // A leading semicolon would add to what is stored instead of replacing it.
            FieldKind.MultiPicklist => string.Join(FieldType.ListSeparator, FieldType.SplitList(text)),
            _ => text,
        };
    }

    /// <summary>Reads an ISO 8601 instant, with or without milliseconds, or milliseconds since 1970.</summary>
    public static bool TryInstant(string? raw, out DateTimeOffset instant)
    {
        instant = default;
        if (raw is null)
        {
            return false;
        }

        if (long.TryParse(raw, System.Globalization.NumberStyles.AllowLeadingSign, null, out var milliseconds))
        {
            if (milliseconds is < FirstMillisecond or > LastMillisecond)
            {
                return false;
            }

            instant = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            return true;
        }

        return Instants.TryInstant(raw, out instant);
    }

    private static string Milliseconds(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
