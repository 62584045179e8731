namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Refused calls of the Bulk API: its codes are written without underscores (reference §5.2).</summary>
internal static class BulkRefusal
{
    public static SalesforceException InvalidJob(string message) => Of("INVALIDJOB", message);

    public static SalesforceException InvalidState(string message) => Of("INVALIDJOBSTATE", message);

    public static SalesforceException InvalidEntity(string type) => Of("INVALIDENTITY", $"Entity '{type}' is not supported by the Bulk API.");

    public static SalesforceException NotTerminated() => Of("API_ERROR", "Cannot delete the job: the job is not terminated");

    public static SalesforceException Of(string code, string message) => new(400, new SalesforceError(code, message));
}
