using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Writes an ingest job as the API shows it (reference §5.1).</summary>
internal static class IngestJobJson
{
    /// <summary>As create, close and abort answer it, and as it stands in a list.</summary>
    public static JsonObject Brief(IngestJob job)
    {
        var body = new JsonObject
        {
            ["id"] = job.Id,
            ["operation"] = job.Spec.Operation,
            ["object"] = job.Spec.Type.Name,
            ["createdById"] = job.UserId,
            ["createdDate"] = JsonText.DateTime(job.CreatedAt),
            ["systemModstamp"] = JsonText.DateTime(job.ChangedAt),
            ["state"] = job.State.ToString(),
        };
        if (job.Spec.Key is { } key)
        {
            body["externalIdFieldName"] = key.Name;
        }

        if (job.Spec.AssignmentRuleId is { } rule)
        {
            body["assignmentRuleId"] = rule;
        }

        body["concurrencyMode"] = "Parallel";
        body["contentType"] = "CSV";
        body["apiVersion"] = BulkVersion.Number(job.Version);
        body["contentUrl"] = $"services/data/{job.Version}/jobs/ingest/{job.Id}/batches";
        body["lineEnding"] = job.Spec.Dialect.LineEnding;
        body["columnDelimiter"] = job.Spec.Dialect.ColumnDelimiter;
        return body;
    }

    /// <summary>As a status read answers it: counters from the start of the work on.</summary>
    public static JsonObject Full(IngestJob job)
    {
        var body = Brief(job);
        body["jobType"] = "V2Ingest";
        if (job.State is BulkState.Open or BulkState.UploadComplete)
        {
            return body;
        }

        var milliseconds = (long)job.WorkingTime.TotalMilliseconds;
        body["numberRecordsProcessed"] = job.Results.Count;
        body["numberRecordsFailed"] = job.FailedRows;
        body["retries"] = 0;
        body["totalProcessingTime"] = milliseconds;
        body["apiActiveProcessingTime"] = milliseconds;
        body["apexProcessingTime"] = 0;
        if (job is { State: BulkState.Failed, ErrorMessage: { } error })
        {
            body["errorMessage"] = error;
        }

        return body;
    }
}
