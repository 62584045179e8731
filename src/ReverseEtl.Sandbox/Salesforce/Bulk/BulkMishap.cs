namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The failure of a job that is not the data's fault, e.g. <c>TooManyLockFailure : …</c>.</summary>
/// <param name="AfterRows">Rows that are processed before it strikes, at least 0.</param>
/// <param name="Message">The job's errorMessage.</param>
internal sealed record BulkMishap(int AfterRows, string Message);
