namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>One error as Salesforce reports it (reference §4).</summary>
/// <param name="Code">e.g. <c>REQUIRED_FIELD_MISSING</c>; <c>errorCode</c> in REST, <c>statusCode</c> in Collections.</param>
/// <param name="Message">The text for people.</param>
/// <param name="Fields">The fields it is about; null leaves the member out of a REST body.</param>
public sealed record SalesforceError(string Code, string Message, IReadOnlyList<string>? Fields = null)
{
    /// <summary>What a duplicate rule found; null for other errors.</summary>
    public DuplicateResult? Duplicates { get; init; }
}
