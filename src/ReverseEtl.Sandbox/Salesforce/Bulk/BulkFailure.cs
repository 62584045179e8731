namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>
/// What makes a whole Bulk job fail; the message is the job's <c>errorMessage</c>, e.g. <c>InvalidBatch : …</c> (reference §5.2).
/// Of the texts only those of unknown fields, line endings and headers are known; the others are in their manner.
/// </summary>
internal sealed class BulkFailure(string message) : Exception(message);
