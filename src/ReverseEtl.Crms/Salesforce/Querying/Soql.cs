using System.Globalization;
using System.Text;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>SOQL texts and their literals (§6.2).</summary>
internal static class Soql
{
    /// <summary>
    /// Longest query in an address, percent-encoded. Address and headers together may have 16,384 bytes; this leaves room for a token
    /// in JWT form.
    /// </summary>
    public const int LongestEncoded = 13_500;

    /// <summary>An unquoted instant in whole seconds, rounded down: stamps have no finer step.</summary>
    public static string Instant(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A quoted text.</summary>
    public static string Text(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('\'');
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '\'' => "\\'",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                _ => c.ToString(),
            });
        }

        return text.Append('\'').ToString();
    }

    /// <summary>The length of a text inside an address.</summary>
    public static int EncodedLength(string text) => Uri.EscapeDataString(text).Length;

    /// <summary>Splits <c>… IN (a,b,c)</c> so that each query fits into an address.</summary>
    /// <param name="head">The query up to and including the opening bracket.</param>
    /// <param name="literals">What goes into the brackets.</param>
    public static IEnumerable<string> In(string head, IEnumerable<string> literals)
    {
        var room = LongestEncoded - EncodedLength(head + ")");
        var query = new StringBuilder();
        var used = 0;
        foreach (var literal in literals)
        {
            var length = EncodedLength(literal + ",");
            if (query.Length > 0 && used + length > room)
            {
                yield return head + query + ")";
                query.Clear();
                used = 0;
            }

            query.Append(query.Length > 0 ? "," : "").Append(literal);
            used += length;
        }

        if (query.Length > 0)
        {
            yield return head + query + ")";
        }
    }
}
