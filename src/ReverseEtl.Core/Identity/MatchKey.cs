using System.Globalization;
using System.Text;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Identity;

/// <summary>Turns values into what match rules compare.</summary>
public static class MatchKey
{
    /// <summary>A number with fewer digits is an extension or a mistake, and would join strangers.</summary>
    private const int FewestPhoneDigits = 7;

    /// <summary>The normal form of a value under a rule; null when the value is blank or says nothing.</summary>
    public static string? Normalise(MatchAs rule, FieldValue value)
    {
        if (value.Text?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        var normal = rule switch
        {
            MatchAs.Email => text.Contains('@', StringComparison.Ordinal) ? text.ToLowerInvariant() : null,
            MatchAs.Phone => Phone(text),
            MatchAs.Domain => Domain(text),
            MatchAs.CaseInsensitive => string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            _ => text,
        };
        return normal is { Length: > 0 } ? normal : null;
    }

    /// <summary>A 64-bit hash of the normal form, which is all that the state keeps of it; null when there is none.</summary>
    public static ulong? Hash(MatchAs rule, FieldValue value) =>
        Normalise(rule, value) is { } normal ? (ulong)(Fingerprint.OfText($"{rule}:{normal}").Bits >> 64) : null;

    // Digits only; the two ways to write an international number are one. Country codes are not guessed.
    private static string? Phone(string text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var c in text.Where(char.IsDigit))
        {
            digits.Append(CharUnicodeInfo.GetDecimalDigitValue(c));
        }

        if (digits.Length > 2 && !text.StartsWith('+') && digits[0] == '0' && digits[1] == '0')
        {
            digits.Remove(0, 2);
        }

        return digits.Length < FewestPhoneDigits ? null : digits.ToString();
    }

    private static string? Domain(string text)
    {
        var rest = text.ToLowerInvariant();
        if (rest.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme)
        {
            rest = rest[(scheme + 3)..];
        }

        // Only what stands before the path can name the host: a path may carry an @ of its own.
        rest = rest.Split('/', '?', '#')[0];
        rest = rest[(rest.LastIndexOf('@') + 1)..].Split(':')[0].TrimEnd('.');
        rest = rest.StartsWith("www.", StringComparison.Ordinal) ? rest[4..] : rest;
        return rest.Contains('.', StringComparison.Ordinal) ? rest : null;
    }
}
