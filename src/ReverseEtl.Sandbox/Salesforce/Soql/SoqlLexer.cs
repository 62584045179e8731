using System.Globalization;
using System.Text;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>Cuts a query into tokens.</summary>
internal static class SoqlLexer
{
    private static readonly string[] Symbols = ["<=", ">=", "!=", "<>", "=", "<", ">", "(", ")", ","];

    public static IReadOnlyList<SoqlToken> Read(string query)
    {
        var tokens = new List<SoqlToken>();
        var at = 0;
        while (at < query.Length)
        {
            var c = query[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '\'')
            {
                tokens.Add(Text(query, ref at));
            }
            else if (char.IsAsciiLetter(c))
            {
                tokens.Add(Name(query, ref at));
            }
            else if (char.IsAsciiDigit(c) || c is '-' or '+' or '.')
            {
                tokens.Add(Run(query, ref at, TokenKind.Literal, static ch => char.IsAsciiLetterOrDigit(ch) || ch is '.' or ':' or '-' or '+'));
            }
            else if (Array.Find(Symbols, s => string.CompareOrdinal(query, at, s, 0, s.Length) == 0) is { } symbol)
            {
                tokens.Add(new SoqlToken(TokenKind.Symbol, symbol, at));
                at += symbol.Length;
            }
            else
            {
                throw SoqlError.Plain("MALFORMED_QUERY", $"line 1:{at} no viable alternative at character '{c}'");
            }
        }

        tokens.Add(new SoqlToken(TokenKind.End, "<EOF>", query.Length));
        return tokens;
    }

    /// <summary>The number of a date literal such as <c>LAST_N_DAYS:7</c> belongs to its name.</summary>
    private static SoqlToken Name(string query, ref int at)
    {
        var start = at;
        _ = Run(query, ref at, TokenKind.Name, static ch => char.IsAsciiLetterOrDigit(ch) || ch is '_' or '.');
        if (at < query.Length && query[at] == ':')
        {
            _ = Run(query, ref at, TokenKind.Name, char.IsAsciiDigit);
        }

        return new SoqlToken(TokenKind.Name, query[start..at], start);
    }

    private static SoqlToken Run(string query, ref int at, TokenKind kind, Func<char, bool> belongs)
    {
        var start = at++;
        while (at < query.Length && belongs(query[at]))
        {
            at++;
        }

        return new SoqlToken(kind, query[start..at], start);
    }

    private static SoqlToken Text(string query, ref int at)
    {
        var start = at++;
        var text = new StringBuilder();
        while (at < query.Length && query[at] != '\'')
        {
            if (query[at] == '\\')
            {
                text.Append(Escape(query, ref at));
            }
            else
            {
                text.Append(query[at++]);
            }
        }

        if (at >= query.Length)
        {
            throw SoqlError.Plain("MALFORMED_QUERY", $"line 1:{query.Length} mismatched character '<EOF>' expecting '''");
        }

        at++;
        return new SoqlToken(TokenKind.Text, text.ToString(), start);
    }

    private static string Escape(string query, ref int at)
    {
        var c = at + 1 < query.Length ? query[at + 1] : '\0';
        if (c == 'u' && at + 6 <= query.Length
            && ushort.TryParse(query.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            at += 6;
            return ((char)code).ToString();
        }

        at += 2;
        return c switch
        {
            'n' or 'N' => "\n",
            'r' or 'R' => "\r",
            't' or 'T' => "\t",
            'b' or 'B' => "\b",
            'f' or 'F' => "\f",
            '\'' or '"' or '\\' => c.ToString(),

            // Kept as written: LIKE gives them their meaning.
            '_' or '%' => $"\\{c}",
            _ => throw SoqlError.Plain("MALFORMED_QUERY", $"Invalid string literal: illegal character sequence '\\{c}'"),
        };
    }
}
