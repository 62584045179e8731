namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>A refused operation, with the HTTP status that a single REST call answers for it.</summary>
public sealed class SalesforceException(int status, SalesforceError error) : Exception($"{error.Code}: {error.Message}")
{
    internal SalesforceException(string code, string message, params string[] fields)
        : this(400, new SalesforceError(code, message, fields))
    {
    }

    /// <summary>The HTTP status of a single REST call.</summary>
    public int Status { get; } = status;

    /// <summary>What was wrong.</summary>
    public SalesforceError Error { get; } = error;

    /// <summary>True when the request body could not be read at all, which fails a whole Collections call (reference §15.4).</summary>
    internal bool FailsWholeCall { get; init; }

    internal static SalesforceException NotFound(string message = "The requested resource does not exist") =>
        new(404, new SalesforceError("NOT_FOUND", message));

    internal static SalesforceException Unreadable(string code, string message) =>
        new(400, new SalesforceError(code, message)) { FailsWholeCall = true };
}
