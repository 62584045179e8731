namespace ReverseEtl.Crms.Salesforce;

/// <summary>Record ids: 15 characters whose case matters, or 18 whose last three tell the case of the others.</summary>
public static class SalesforceId
{
    /// <summary>Characters that tell one record from another; the others repeat their case.</summary>
    public const int Short = 15;

    private const int Long = 18;
    private const int Group = 5;
    private const string Checks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    /// <summary>The 18-character form; null when the text is no id, or its check characters do not fit.</summary>
    public static string? Normalize(string? text)
    {
        var id = text?.Trim();
        if (id is not { Length: Short or Long } || !id.All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }

        var full = id[..Short] + Check(id);
        return id.Length == Short || full == id ? full : null;
    }

    /// <summary>The 18-character form, or the text as it is when it is no id.</summary>
    public static string NormalizeOrKeep(string text) => Normalize(text) ?? text;

    /// <summary>
    /// An id as Salesforce told it, now or earlier: a short one gets its check characters, and whatever else it may be is believed, since a record
    /// whose id looks odd is still a record. Null when there is none.
    /// </summary>
    public static string? OfAnswer(string? text) => text?.Trim() is { Length: > 0 } id ? NormalizeOrKeep(id) : null;

    /// <summary>Whether a query may ask for it; one text that is no id spoils the whole query.</summary>
    public static bool CanBeAskedFor(string id) => id is { Length: Short or Long } && id.All(char.IsAsciiLetterOrDigit);

    private static string Check(string id) => string.Create(Long - Short, id, static (check, id) =>
    {
        for (var group = 0; group < check.Length; group++)
        {
            var bits = 0;
            for (var i = 0; i < Group; i++)
            {
                bits |= char.IsAsciiLetterUpper(id[(group * Group) + i]) ? 1 << i : 0;
            }

            check[group] = Checks[bits];
        }
    });
}
