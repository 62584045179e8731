using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Querying;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>A row of a CSV answer; valid until the next is asked for. Null and blank text are one and the same there (§5.5).</summary>
internal sealed class CsvCells(CsvRow row) : IRowCells
{
    public string? Text(string name) => row[name] is { Length: > 0 } text ? text : null;

    public FieldValue Value(IReadOnlyList<string> path, FieldType type) =>
        row[path.Count == 1 ? path[0] : string.Join('.', path)] is { } text ? JsonValue.OfText(text, type) : FieldValue.NotObserved;
}
