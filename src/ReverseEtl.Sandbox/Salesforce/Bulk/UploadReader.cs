using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Reads an upload row by row, without ever holding it a second time, as strictly as the platform does (reference §5.3).</summary>
/// <remarks>A byte order mark is not skipped: it becomes part of the first column's name, which then is no field.</remarks>
internal sealed class UploadReader : IDisposable
{
    private const int MostHeaderCharacters = 32_000;
    private const int MostColumns = 5_000;
    private const int MostRowCharacters = 400_000;
    private const int MostCellCharacters = 131_072;
    private readonly CsvDialect _dialect;
    private readonly CsvParser _parser;
    private bool _ended;

    /// <summary>Reads the header; throws <see cref="BulkFailure"/> when there is none that can be read.</summary>
    public UploadReader(byte[] upload, CsvDialect dialect)
    {
        _dialect = dialect;
        var text = new StreamReader(new MemoryStream(upload, writable: false), new UTF8Encoding(false, throwOnInvalidBytes: true), false);
        _parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = dialect.Delimiter.ToString(),
            Mode = CsvMode.RFC4180,
            MaxFieldSize = MostCellCharacters,
        });
        if (!ReadRow() || _parser.RawRecord.Length > MostHeaderCharacters || _parser.Count > MostColumns || Row.Contains(""))
        {
            throw new BulkFailure("InvalidBatch : Failed to parse CSV header");
        }

        Header = Row;
        HeaderText = Raw;
    }

    /// <summary>The column names as sent.</summary>
    public string[] Header { get; }

    /// <summary>The header line as sent, without its line ending.</summary>
    public string HeaderText { get; }

    /// <summary>The cells of the present row.</summary>
    public string[] Row { get; private set; } = [];

    /// <summary>The present row as sent, without its line ending.</summary>
    public string Raw => _parser.RawRecord.TrimEnd('\r', '\n');

    /// <summary>Goes to the next row; false after the last. Throws <see cref="BulkFailure"/> for a row that breaks the dialect.</summary>
    public bool Read()
    {
        if (!ReadRow())
        {
            return false;
        }

        return _parser.Count != Header.Length
            ? throw new BulkFailure($"ClientInputError : Row {_parser.Row} has {_parser.Count} columns where the header has {Header.Length}")
            : _parser.RawRecord.Length > MostRowCharacters
                ? throw new BulkFailure($"ClientInputError : Row {_parser.Row} is longer than {MostRowCharacters} characters")
                : true;
    }

    public void Dispose() => _parser.Dispose();

    private bool ReadRow()
    {
        try
        {
            if (!_parser.Read())
            {
                return false;
            }

            // The parser finds bad quotes only when it is asked for the cells.
            Row = _parser.Record!;
        }
        catch (CsvHelperException e)
        {
            throw new BulkFailure($"ClientInputError : {Trouble(e)} found at row {_parser.Row}");
        }
        catch (DecoderFallbackException)
        {
            throw new BulkFailure("ClientInputError : The data is not UTF-8");
        }

        RequireLineEnding();
        return true;
    }

    /// <summary>Every row must end as declared; only the last may lack its end (reference §15.7).</summary>
    private void RequireLineEnding()
    {
        var raw = _parser.RawRecord;
        var declared = _dialect.LineEnding == "CRLF"
            ? raw.EndsWith("\r\n", StringComparison.Ordinal)
            : raw.EndsWith('\n') && !raw.EndsWith("\r\n", StringComparison.Ordinal);
        var unended = !raw.EndsWith('\n') && !raw.EndsWith('\r');
        if (_ended || !(declared || unended))
        {
            throw new BulkFailure(
                $"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {_dialect.LineEnding}");
        }

        _ended = unended;
    }

    private static string Trouble(CsvHelperException e) => e is MaxFieldSizeException ? "Too long a field" : "Bad quoting";
}
