using System.Text.Json;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>One page of an answer: of a query, or a bare list of records.</summary>
/// <param name="document">The answer.</param>
/// <param name="readAt">See <see cref="ReadAt"/>.</param>
internal sealed class QueryPage(JsonDocument document, DateTimeOffset? readAt) : IDisposable
{
    /// <summary>
    /// Salesforce's clock when the rows were read, at the earliest. For every page that of the first one: whether later pages show records as
    /// they were then or as they are now is not documented (§6.2).
    /// </summary>
    public DateTimeOffset? ReadAt => readAt;

    /// <summary>The rows; valid until the page is disposed.</summary>
    public IEnumerable<QueryRow> Rows => Records.Select(row => new QueryRow(new JsonCells(row), ReadAt));

    /// <summary>Where the next page is; null on the last one.</summary>
    public string? Next => JsonValue.Text(document.RootElement, "nextRecordsUrl");

    /// <summary>Whether the answer says that there is more; then a missing link is a broken answer.</summary>
    public bool SaysMore => JsonValue.Find(document.RootElement, "done") is { ValueKind: JsonValueKind.False };

    private IEnumerable<JsonElement> Records => document.RootElement switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        var root when JsonValue.Find(root, "records") is { ValueKind: JsonValueKind.Array } rows => rows.EnumerateArray(),
        _ => [],
    };

    public void Dispose() => document.Dispose();
}
