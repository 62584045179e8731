using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Writes a query job as the API shows it (reference §5.5).</summary>
internal static class QueryJobJson
{
    /// <summary>As create and abort answer it, and as it stands in a list.</summary>
    public static JsonObject Brief(QueryJob job) => new()
    {
        ["id"] = job.Id,
        ["operation"] = job.Spec.Operation,
        ["object"] = job.Spec.Type.Name,
        ["createdById"] = job.UserId,
        ["createdDate"] = JsonText.DateTime(job.CreatedAt),
        ["systemModstamp"] = JsonText.DateTime(job.ChangedAt),
        ["state"] = job.State.ToString(),
        ["concurrencyMode"] = "Parallel",
        ["contentType"] = "CSV",
        ["apiVersion"] = BulkVersion.Number(job.Version),
        ["lineEnding"] = job.Spec.Dialect.LineEnding,
        ["columnDelimiter"] = job.Spec.Dialect.ColumnDelimiter,
    };

    /// <summary>As a status read answers it.</summary>
    public static JsonObject Full(QueryJob job)
    {
        var body = Brief(job);
        body["jobType"] = "V2Query";
        if (job.State == BulkState.UploadComplete)
        {
            return body;
        }

        body["numberRecordsProcessed"] = job.Rows?.Count ?? 0;
        body["retries"] = 0;
        body["totalProcessingTime"] = 0;
        body["isPkChunkingSupported"] = !job.Spec.IsOrdered;
        if (job is { State: BulkState.Failed, ErrorMessage: { } error })
        {
            body["errorMessage"] = error;
        }

        return body;
    }
}
