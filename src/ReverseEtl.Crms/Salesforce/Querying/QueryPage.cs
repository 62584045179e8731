using System.Text.Json;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>One page of a query's answer.</summary>
internal sealed class QueryPage(JsonDocument document) : IDisposable
{
    /// <summary>The rows; valid until the page is disposed.</summary>
    public IEnumerable<JsonElement> Rows =>
        JsonValue.Find(document.RootElement, "records") is { ValueKind: JsonValueKind.Array } rows ? rows.EnumerateArray() : [];

    /// <summary>Where the next page is; null on the last one.</summary>
    public string? Next => JsonValue.Text(document.RootElement, "nextRecordsUrl");

    /// <summary>Whether the answer says that there is more; then a missing link is a broken answer.</summary>
    public bool SaysMore => JsonValue.Find(document.RootElement, "done") is { ValueKind: JsonValueKind.False };

    public void Dispose() => document.Dispose();
}
