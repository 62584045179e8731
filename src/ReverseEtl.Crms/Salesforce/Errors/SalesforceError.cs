namespace ReverseEtl.Crms.Salesforce.Errors;

/// <summary>One error as Salesforce words it, whatever the envelope.</summary>
/// <param name="Code">E.g. <c>INVALID_FIELD</c>; for OAuth bodies e.g. <c>invalid_grant</c>.</param>
/// <param name="Message">Salesforce's own words.</param>
/// <param name="Fields">The fields it names; empty for none.</param>
internal sealed record SalesforceError(string Code, string Message, IReadOnlyList<string> Fields)
{
    /// <summary>Ids of records that a duplicate rule found.</summary>
    public IReadOnlyList<string> Matches { get; init; } = [];
}
