namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>How a job's CSV is written (reference §5.1, §5.3).</summary>
/// <param name="LineEnding">LF or CRLF, as declared.</param>
/// <param name="ColumnDelimiter">COMMA, BACKQUOTE, CARET, PIPE, SEMICOLON or TAB, as declared.</param>
internal sealed record CsvDialect(string LineEnding, string ColumnDelimiter)
{
    private static readonly Dictionary<string, char> Delimiters = new(StringComparer.Ordinal)
    {
        ["COMMA"] = ',', ["BACKQUOTE"] = '`', ["CARET"] = '^', ["PIPE"] = '|', ["SEMICOLON"] = ';', ["TAB"] = '\t',
    };

    /// <summary>The characters that end a row.</summary>
    public string NewLine => LineEnding == "CRLF" ? "\r\n" : "\n";

    /// <summary>The character between two cells.</summary>
    public char Delimiter => Delimiters[ColumnDelimiter];

    /// <summary>Reads the members of a create body; throws for a name that the API does not know.</summary>
    public static CsvDialect Parse(string? lineEnding, string? columnDelimiter)
    {
        var dialect = new CsvDialect(lineEnding ?? "LF", columnDelimiter ?? "COMMA");
        return dialect.LineEnding is not ("LF" or "CRLF") ? throw BulkRefusal.InvalidJob($"Unknown lineEnding {lineEnding}")
            : Delimiters.ContainsKey(dialect.ColumnDelimiter) ? dialect
            : throw BulkRefusal.InvalidJob($"Unknown columnDelimiter {columnDelimiter}");
    }
}
