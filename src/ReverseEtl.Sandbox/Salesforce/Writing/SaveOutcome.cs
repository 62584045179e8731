namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>What became of one record of a write.</summary>
/// <param name="Id">The record; null when there is none.</param>
/// <param name="Created">Whether it is new.</param>
/// <param name="Failure">Why it was refused, or null.</param>
internal sealed record SaveOutcome(string? Id, bool Created, SalesforceException? Failure)
{
    public bool Success => Failure is null;
}
