using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Writing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>
/// Writes as the CSV of an ingest job (§5.3). The first column tells the rows apart in the results, which come in any order: the key of an
/// upsert, the id of everything else.
/// </summary>
internal sealed class WriteSheet
{
    /// <summary>What clears a field: an empty cell leaves it alone.</summary>
    public const string Clear = "#N/A";

    /// <summary>Characters that a cell takes at most.</summary>
    public const int MostInCell = 131_072;

    /// <summary>Characters that a row takes at most.</summary>
    public const int MostInRow = 400_000;

    private const string IdColumn = "Id";

    private static readonly CsvConfiguration Dialect = new(CultureInfo.InvariantCulture)
    {
        Mode = CsvMode.RFC4180,
        NewLine = "\n",
        InjectionOptions = InjectionOptions.None,
    };

    private static readonly StringComparer Keys = StringComparer.OrdinalIgnoreCase;

    private readonly CrmWriteBatch _batch;
    private readonly WriteSlice _slice;
    private readonly List<string> _columns;
    private readonly Dictionary<string, int> _places;

    public WriteSheet(CrmWriteBatch batch, WriteSlice slice)
    {
        _batch = batch;
        _slice = slice;
        Correlation = slice.Kind is CrmWriteKind.Upsert ? batch.KeyField : IdColumn;
        _columns = [.. slice.Items.SelectMany(item => Names(item.Write)).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(name => !name.Equals(Correlation, StringComparison.OrdinalIgnoreCase))];

        // Two spellings of one key in a job could not be told apart: then the second one's end stays open.
        _places = slice.Items.Select((item, place) => (Form: Form(Text(item.Write)), Place: place)).DistinctBy(row => row.Form, Keys)
            .ToDictionary(row => row.Form, row => row.Place, Keys);
    }

    /// <summary>The column that ties a result to its write.</summary>
    public string Correlation { get; }

    /// <summary>
    /// Whether a write can go this way. A text that spells the word for null would clear the field, and what is longer than a cell has no place.
    /// </summary>
    public static bool Takes(CrmWrite write) =>
        write.Key?.Trim() != Clear
        && write.Fields.All(field => field.Value.Text is not { } text || (text.Length <= MostInCell && text.Trim() != Clear))
        && write.Fields.Sum(field => (long)(field.Value.Text?.Length ?? 0)) <= MostInRow;

    /// <summary>The write that a row of the results is about, by its place in the slice; null when it is none of ours.</summary>
    public int? Place(CsvRow row) =>
        row[Correlation] is { } text && _places.TryGetValue(Form(text), out var place) ? place : null;

    /// <summary>Writes the rows.</summary>
    public async Task WriteAsync(TextWriter to)
    {
        await using var csv = new CsvWriter(to, Dialect, leaveOpen: true);
        csv.WriteField(Correlation);
        _columns.ForEach(csv.WriteField);
        await csv.NextRecordAsync();
        var cells = new string?[_columns.Count];
        foreach (var (_, write) in _slice.Items)
        {
            csv.WriteField(Text(write));
            Fill(cells, write);
            foreach (var cell in cells)
            {
                csv.WriteField(cell);
            }

            await csv.NextRecordAsync();
        }
    }

    private void Fill(string?[] cells, CrmWrite write)
    {
        Array.Clear(cells);
        var fields = write.Fields.Where(field => field.Value.IsSeen).ToDictionary(field => field.Field, StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < cells.Length; at++)
        {
            if (fields.TryGetValue(_columns[at], out var field))
            {
                cells[at] = Cell(_batch.Schema.Find(field.Field), field.Value);
            }
            else if (write.Key is { } key && _columns[at].Equals(_batch.KeyField, StringComparison.OrdinalIgnoreCase))
            {
                cells[at] = key;
            }
        }
    }

    // Blank text is null to Salesforce, and an empty cell is not. A checkbox knows no third state.
    private static string Cell(FieldSchema? field, FieldValue value) =>
        value.Text is { } text && !string.IsNullOrWhiteSpace(text) ? WireText.Of(field?.Type, text)
            : field?.Type.Kind is FieldKind.Boolean ? "false"
            : Clear;

    private IEnumerable<string> Names(CrmWrite write)
    {
        var names = write.Fields.Where(field => field.Value.IsSeen).Select(field => field.Field);
        return write.Key is null ? names : names.Append(_batch.KeyField);
    }

    private string Text(CrmWrite write) => _slice.Kind is CrmWriteKind.Upsert
        ? WireText.Of(_batch.Schema.Find(_batch.KeyField)?.Type, write.Key!)
        : SalesforceId.NormalizeOrKeep(write.Id!);

    private string Form(string text) =>
        Correlation == IdColumn ? SalesforceId.NormalizeOrKeep(text.Trim())
            : _batch.Schema.Find(_batch.KeyField)?.Type.Canon(FieldValue.Of(text)).Text ?? text.Trim();
}
