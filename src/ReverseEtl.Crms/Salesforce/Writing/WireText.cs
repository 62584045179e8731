using System.Globalization;
using System.Numerics;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Neutral text as Salesforce reads it, in JSON and in CSV alike (§2.2, §5.3).</summary>
internal static class WireText
{
    /// <summary>
    /// The text of a value; one that does not parse as the kind of its field goes as it is, and Salesforce says what it thinks of it.
    /// </summary>
    public static string Of(FieldType? type, string text) => type?.Kind switch
    {
        FieldKind.Integer or FieldKind.Decimal => Number(text) ?? text,
        FieldKind.Boolean => type.Canon(FieldValue.Of(text)).Text ?? text,
        FieldKind.Date when Instants.TryDate(text, out var day) => Instants.Format(day),
        FieldKind.Timestamp when Instants.TryInstant(text, out var instant) =>
            instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        _ => text,
    };

    /// <summary>A number without an exponent, which some parsers read as a floating-point number; null when it is none.</summary>
    public static string? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture)
            : BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? whole.ToString(CultureInfo.InvariantCulture)
            : null;
}
