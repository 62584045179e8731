using System.Globalization;
using System.Text.RegularExpressions;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>
/// What a value is made of, whatever the CRM made of its spelling: every value that a user writes carries a number of its own.
/// </summary>
public static partial class Lineage
{
    /// <summary>The traces in a value, in order; the words of a set. Two spellings of one value have the same.</summary>
    public static string Of(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return "";
        }

        if (decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number.ToString("0.#####", CultureInfo.InvariantCulture);
        }

        var text = value.Trim().ToLowerInvariant();
        return text.Contains(';', StringComparison.Ordinal) || !text.Any(char.IsAsciiDigit)
            ? string.Join(' ', text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal))
            : text[0] == '+' ? string.Concat(text.Where(char.IsAsciiDigit))
            : string.Join(' ', Traces().Matches(text).Select(m => m.Value));
    }

    /// <summary>Whether two values are spellings of one.</summary>
    public static bool Same(string? a, string? b) => Of(a) == Of(b);

    /// <summary>The single traces in a value.</summary>
    public static IEnumerable<string> Traces(string? value) => Of(value).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("[a-z]+[0-9]+")]
    private static partial Regex Traces();
}
