using System.Globalization;
using System.Numerics;

namespace ReverseEtl.Core.Values;

/// <summary>Numbers in neutral text.</summary>
internal static class Numbers
{
    public static bool TryInteger(string text, out BigInteger value)
    {
        if (BigInteger.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        // CRMs answer whole numbers as 17.0 or 2.0E7.
        if (TryDecimal(text, out var number) && decimal.Truncate(number) == number)
        {
            value = (BigInteger)number;
            return true;
        }

        return false;
    }

    public static bool TryDecimal(string text, out decimal value) =>
        decimal.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>The digits before the decimal point, of integers of any size and of decimals.</summary>
    public static bool TryWholePart(string text, out BigInteger whole)
    {
        if (TryInteger(text, out whole))
        {
            return true;
        }

        var good = TryDecimal(text, out var number);
        whole = (BigInteger)decimal.Truncate(number);
        return good;
    }

    /// <summary>The shortest text of a number, cut (not rounded) at <paramref name="scale"/> digits, as Salesforce cuts.</summary>
    public static string Canon(decimal value, int? scale)
    {
        if (scale is { } digits && digits < 28 && value.Scale > digits)
        {
            value = decimal.Round(value, digits, MidpointRounding.ToZero);
        }

        // Dividing by one with the full scale strips trailing zeros.
        value /= 1.0000000000000000000000000000m;
        return value == 0 ? "0" : value.ToString(CultureInfo.InvariantCulture);
    }
}
