using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Crms.Salesforce.Querying;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>A Bulk API 2.0 job as Salesforce tells of it (§5.1, §5.5).</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Where it stands.</param>
internal sealed record BulkJob(string Id, BulkState State)
{
    /// <summary>The object that it is about.</summary>
    public string? Object { get; init; }

    /// <summary>What it does, e.g. <c>upsert</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>The user that made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made, by Salesforce's clock.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Rows that it worked on so far, failed ones included; null when it does not say.</summary>
    public long? Processed { get; init; }

    /// <summary>Rows among them that failed; null when it does not say.</summary>
    public long? FailedRows { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Trouble { get; init; }

    /// <summary>Whether nothing more will come of it. Only then do its results tell everything.</summary>
    public bool IsOver => State is BulkState.JobComplete or BulkState.Failed or BulkState.Aborted;

    /// <summary>Reads one; null when it has no id.</summary>
    public static BulkJob? Read(JsonElement job) => JsonValue.Text(job, "id") is { Length: > 0 } id ? Read(job, id) : null;

    private static BulkJob Read(JsonElement job, string id) => new(id, StateOf(job))
    {
        Object = JsonValue.Text(job, "object"),
        Operation = JsonValue.Text(job, "operation"),
        CreatedBy = SalesforceId.OfAnswer(JsonValue.Text(job, "createdById")),
        CreatedAt = JsonValue.Instant(JsonValue.Text(job, "createdDate")),
        Processed = Count(job, "numberRecordsProcessed"),
        FailedRows = Count(job, "numberRecordsFailed"),
        Trouble = JsonValue.Text(job, "errorMessage"),
    };

    private static long? Count(JsonElement job, string name) =>
        JsonValue.Find(job, name) is { ValueKind: JsonValueKind.Number } count && count.TryGetInt64(out var rows) ? rows : null;

    // A state that is not known cannot be the end.
    private static BulkState StateOf(JsonElement job) =>
        Enum.TryParse<BulkState>(JsonValue.Text(job, "state"), ignoreCase: true, out var state) && Enum.IsDefined(state)
            ? state
            : BulkState.InProgress;
}

/// <summary>Where a job stands. <c>JobComplete</c> may have failed rows, and <c>Failed</c> takes nothing back (§5.1).</summary>
internal enum BulkState
{
    Open,
    UploadComplete,
    InProgress,
    JobComplete,
    Failed,
    Aborted,
}
