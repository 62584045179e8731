namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>One ingest job: its data once, and one small result a row.</summary>
internal sealed class IngestJob(string id, IngestSpec spec, string version, string userId, DateTimeOffset now)
{
    public string Id { get; } = id;

    public IngestSpec Spec { get; } = spec;

    /// <summary>The API version it was made with, e.g. <c>v66.0</c>.</summary>
    public string Version { get; } = version;

    public string UserId { get; } = userId;

    public DateTimeOffset CreatedAt { get; } = now;

    public DateTimeOffset ChangedAt { get; private set; } = now;

    public BulkState State { get; private set; } = BulkState.Open;

    /// <summary>What the state becomes when enough polls were answered; null while there is work left.</summary>
    public BulkState? Verdict { get; private set; }

    public string? ErrorMessage { get; private set; }

    /// <summary>The CSV as sent; null before the upload.</summary>
    public byte[]? Upload { get; set; }

    /// <summary>In the order of the upload; rows without a result were not processed.</summary>
    public List<RowResult> Results { get; } = [];

    /// <summary>Rows that failed so far.</summary>
    public int FailedRows { get; private set; }

    /// <summary>Status reads answered since the work was done.</summary>
    public int Polls { get; set; }

    /// <summary>How long the work has taken, in virtual time.</summary>
    public TimeSpan WorkingTime { get; private set; }

    public bool IsTerminal => State is BulkState.JobComplete or BulkState.Failed or BulkState.Aborted;

    public void Enter(BulkState state, DateTimeOffset at) => (State, ChangedAt) = (state, at);

    public void Add(RowResult result)
    {
        Results.Add(result);
        FailedRows += result.Error is null ? 0 : 1;
    }

    /// <summary>Ends the work; the state follows when it was polled for often enough.</summary>
    public void Conclude(BulkState verdict, string? error, DateTimeOffset at)
    {
        (Verdict, ErrorMessage) = (verdict, error);
        WorkingTime = at - ChangedAt;
    }
}
