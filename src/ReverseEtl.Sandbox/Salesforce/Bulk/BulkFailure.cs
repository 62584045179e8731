namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>What makes a whole Bulk job fail; the message is the job's <c>errorMessage</c>, e.g. <c>InvalidBatch : …</c> (reference §5.2).</summary>
internal sealed class BulkFailure(string message) : Exception(message);
