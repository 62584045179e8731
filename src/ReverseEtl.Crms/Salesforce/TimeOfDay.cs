using System.Globalization;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>
/// Times of day: Salesforce reads and writes <c>14:30:00.000Z</c>, everybody else says <c>14:30:00</c>. To the engine they are text, of which
/// the step tells the connector what it is.
/// </summary>
internal static class TimeOfDay
{
    /// <summary>The type of a time field, which keeps milliseconds.</summary>
    public static FieldType Type { get; } = new(FieldKind.Text) { Resolution = TimeSpan.FromMilliseconds(1) };

    /// <summary>Whether values of the type are times of day.</summary>
    public static bool IsTypeOf(FieldType? type) => type is { Kind: FieldKind.Text } && type.Resolution == Type.Resolution;

    /// <summary>As warehouses write it; what is no time stays as it is.</summary>
    public static string Neutral(string text) => Text(text, "HH:mm:ss.FFFFFFF");

    /// <summary>As Salesforce writes it; what is no time stays as it is, for Salesforce to judge.</summary>
    public static string Wire(string text) => Text(text, "HH:mm:ss.fff'Z'");

    private static string Text(string text, string format) =>
        TimeOnly.TryParse(text.AsSpan().Trim().TrimEnd("Zz"), CultureInfo.InvariantCulture, out var time)
            ? time.ToString(format, CultureInfo.InvariantCulture)
            : text;
}
