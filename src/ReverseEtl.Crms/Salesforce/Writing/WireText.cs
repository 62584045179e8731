using System.Globalization;
using System.Numerics;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Neutral text as Salesforce reads it, in JSON and in CSV alike (§2.2, §5.3).</summary>
internal static class WireText
{
    /// <summary>
    /// The text of a value; one that does not parse as the kind of its field goes as it is, and Salesforce says what it thinks of it. Digits and
    /// fractions of a second that the field does not keep are left out, so that it is all the same whether Salesforce cuts or rounds.
    /// </summary>
    public static string Of(FieldType? type, string text) => type?.Kind switch
    {
        FieldKind.Integer or FieldKind.Decimal => Number(type, text) ?? text,
        FieldKind.Boolean => type.Canon(FieldValue.Of(text)).Text ?? text,
        FieldKind.Date when Instants.TryDate(text, out var day) => Instants.Format(day),
        FieldKind.Timestamp when Instants.TryInstant(type.Canon(FieldValue.Of(text)).Text ?? "", out var instant) =>
            instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        _ when TimeOfDay.IsTypeOf(type) => TimeOfDay.Wire(text),
        _ => text,
    };

    /// <summary>A number as the field keeps it, without an exponent, which some parsers read as a floating-point number; null when it is none.</summary>
    public static string? Number(FieldType type, string text) =>
        type.Canon(FieldValue.Of(text)).Text is { } plain && (IsDecimal(plain) || BigInteger.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            ? plain
            : null;

    private static bool IsDecimal(string text) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out _);
}
