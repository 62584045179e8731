using System.Globalization;

namespace ReverseEtl.Core.Values;

/// <summary>Days and instants in neutral text.</summary>
public static class Instants
{
    private static readonly string[] DayFormats = ["yyyy-MM-dd"];

    /// <summary>Reads a day; an instant counts as its day in UTC.</summary>
    public static bool TryDate(string text, out DateOnly day)
    {
        if (DateOnly.TryParseExact(text.Trim(), DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
        {
            return true;
        }

        if (TryInstant(text, out var instant))
        {
            day = DateOnly.FromDateTime(instant.UtcDateTime);
            return true;
        }

        return false;
    }

    /// <summary>Reads an ISO 8601 instant; without an offset it is UTC, without a time it is midnight UTC.</summary>
    public static bool TryInstant(string text, out DateTimeOffset instant)
    {
        instant = default;
        var trimmed = text.AsSpan().Trim();
        return StartsWithDay(trimmed) && DateTimeOffset.TryParse(
            trimmed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }

    /// <summary><c>yyyy-MM-dd</c>.</summary>
    public static string Format(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>yyyy-MM-ddTHH:mm:ss[.fffffff]Z</c>, trailing zeros of the fraction left out.</summary>
    public static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    // The parser would take what is missing of a day from the machine's clock, and a value would mean something else tomorrow.
    private static bool StartsWithDay(ReadOnlySpan<char> text) =>
        text.Length >= 8 && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2]) && char.IsAsciiDigit(text[3])
        && text[4] is '-' && char.IsAsciiDigit(text[5]) && (text[6] is '-' || (char.IsAsciiDigit(text[6]) && text[7] is '-'));

    internal static DateTimeOffset Floor(DateTimeOffset instant, TimeSpan resolution) =>
        resolution <= TimeSpan.Zero ? instant : new DateTimeOffset(instant.UtcTicks - (instant.UtcTicks % resolution.Ticks), TimeSpan.Zero);
}
