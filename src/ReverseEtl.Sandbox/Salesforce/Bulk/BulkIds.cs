namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The ids of Bulk jobs, ingest and query alike: prefix 750 (reference §7).</summary>
internal sealed class BulkIds
{
    private long _next = 38_193_207_653L;

    public string Next() => SalesforceId.Make("750", _next++);
}
