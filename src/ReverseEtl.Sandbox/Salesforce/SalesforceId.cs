namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>Record ids: 15 case-sensitive characters, or 18 with a checksum of the letter cases.</summary>
public static class SalesforceId
{
    private const string ChecksumAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The 18-character form of a 15-character id.</summary>
    public static string Extend(string id15) => string.Create(18, id15, static (target, source) =>
    {
        source.AsSpan(0, 15).CopyTo(target);
        for (var group = 0; group < 3; group++)
        {
            var bits = 0;
            for (var i = 0; i < 5; i++)
            {
                if (source[(group * 5) + i] is >= 'A' and <= 'Z')
                {
                    bits |= 1 << i;
                }
            }

            target[15 + group] = ChecksumAlphabet[bits];
        }
    });

    /// <summary>
    /// Brings an id of either form to 18 characters; false for anything else, an 18-character id with altered case included.
    /// </summary>
    public static bool TryNormalize(string? text, out string id)
    {
        id = "";
        if (text is not { Length: 15 or 18 } || !text.All(char.IsAsciiLetterOrDigit))
        {
            return false;
        }

        id = Extend(text);
        return text.Length == 15 || id == text;
    }

    /// <summary>The <paramref name="number"/>th id of an object; later numbers compare higher ordinally.</summary>
    internal static string Make(string keyPrefix, long number)
    {
        Span<char> digits = stackalloc char[9];
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = Base62[(int)(number % 62)];
            number /= 62;
        }

        return Extend(string.Concat(keyPrefix, "5f0", digits));
    }
}
