namespace ReverseEtl.Sandbox.Salesforce.Soql;

internal enum TokenKind
{
    /// <summary>A name or keyword, dots included.</summary>
    Name,

    /// <summary>A quoted string; the text is unescaped.</summary>
    Text,

    /// <summary>An unquoted number, date or datetime.</summary>
    Literal,

    /// <summary>An operator or punctuation.</summary>
    Symbol,

    /// <summary>The end of the query.</summary>
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, quotes and escapes undone.</param>
/// <param name="Position">Where it starts, from 0.</param>
internal readonly record struct SoqlToken(TokenKind Kind, string Text, int Position)
{
    public bool Is(string keywordOrSymbol) =>
        Kind is TokenKind.Name or TokenKind.Symbol && Text.Equals(keywordOrSymbol, StringComparison.OrdinalIgnoreCase);
}
