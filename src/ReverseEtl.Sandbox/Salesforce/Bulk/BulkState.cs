namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The states of a Bulk API 2.0 job, named as the API writes them (reference §5.1).</summary>
internal enum BulkState
{
    /// <summary>Created, waiting for its data.</summary>
    Open,

    /// <summary>Closed by the client and queued.</summary>
    UploadComplete,

    /// <summary>Being worked on.</summary>
    InProgress,

    /// <summary>Given up by the client; what was written stays written.</summary>
    Aborted,

    /// <summary>Every row was tried; some may have failed.</summary>
    JobComplete,

    /// <summary>Stopped by the platform; what was written stays written.</summary>
    Failed,
}
