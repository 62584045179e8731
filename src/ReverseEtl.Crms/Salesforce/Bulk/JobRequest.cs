using System.Text.Json.Serialization;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>A job to make; its rows are CSV in one dialect.</summary>
/// <param name="Operation">What it does, e.g. <c>upsert</c> or <c>queryAll</c>.</param>
internal abstract record JobRequest([property: JsonPropertyName("operation")] string Operation)
{
    [JsonPropertyName("contentType")]
    public string ContentType { get; init; } = "CSV";

    [JsonPropertyName("columnDelimiter")]
    public string ColumnDelimiter { get; init; } = "COMMA";

    [JsonPropertyName("lineEnding")]
    public string LineEnding { get; init; } = "LF";
}

/// <summary>An ingest job to make.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Object">Object type.</param>
/// <param name="KeyField">The external id of an upsert; null for everything else.</param>
internal sealed record IngestRequest(
    string Operation,
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("externalIdFieldName"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? KeyField = null)
    : JobRequest(Operation);

/// <summary>A query job to make.</summary>
/// <param name="Operation"><c>query</c> or <c>queryAll</c>.</param>
/// <param name="Query">The query.</param>
internal sealed record QueryRequest(string Operation, [property: JsonPropertyName("query")] string Query) : JobRequest(Operation);

/// <summary>The state that a job is to have.</summary>
internal sealed record StateRequest([property: JsonIgnore] BulkState State)
{
    [JsonPropertyName("state")]
    public string Name => State.ToString();
}
