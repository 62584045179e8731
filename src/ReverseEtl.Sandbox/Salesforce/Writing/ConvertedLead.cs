namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>What a conversion made or used.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="ContactId">The contact.</param>
/// <param name="OpportunityId">The opportunity; null when none was wanted.</param>
public sealed record ConvertedLead(string AccountId, string ContactId, string? OpportunityId);
