using System.Globalization;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Times as HubSpot keeps and writes them: millisecond resolution, in the text form of Java's <c>Instant</c>.</summary>
internal static class Instant
{
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>ISO-8601 in UTC; a fraction of zero is left out, so two texts of one clock differ in length.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(
        at.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset Truncate(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    /// <summary>Reads epoch milliseconds or ISO-8601 (a date alone is midnight UTC).</summary>
    public static bool TryParse(string text, out DateTimeOffset at)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms))
        {
            var inRange = ms >= First && ms <= Last;
            at = inRange ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : default;
            return inRange;
        }

        at = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-' || !DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var parsed))
        {
            return false;
        }

        at = Truncate(parsed);
        return true;
    }
}
