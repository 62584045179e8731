using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>One query job and, once it has run, the rows it saw.</summary>
internal sealed class QueryJob(string id, QuerySpec spec, string version, string userId, DateTimeOffset now)
{
    public string Id { get; } = id;

    public QuerySpec Spec { get; } = spec;

    /// <summary>The API version it was made with; its results are read with the same (reference §5.5).</summary>
    public string Version { get; } = version;

    public string UserId { get; } = userId;

    public DateTimeOffset CreatedAt { get; } = now;

    public DateTimeOffset ChangedAt { get; private set; } = now;

    public BulkState State { get; private set; } = BulkState.UploadComplete;

    /// <summary>The rows as they were when the query ran; null before that, and for good when it failed.</summary>
    public IReadOnlyList<(SfRecord Record, RowVersion Version)>? Rows { get; set; }

    public string? ErrorMessage { get; set; }

    /// <summary>Status reads answered since it ran.</summary>
    public int Polls { get; set; }

    public bool IsTerminal => State is BulkState.JobComplete or BulkState.Failed or BulkState.Aborted;

    public void Enter(BulkState state, DateTimeOffset at) => (State, ChangedAt) = (state, at);
}
