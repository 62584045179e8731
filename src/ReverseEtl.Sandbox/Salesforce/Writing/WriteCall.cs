using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>One call that writes: who makes it and what it has made so far.</summary>
/// <param name="UserId">The writing user.</param>
/// <param name="IsApi">API writes are logged, obey field-level security and commit at once.</param>
internal sealed record WriteCall(string UserId, bool IsApi)
{
    /// <summary>Whether assignment rules run; the header Sforce-Auto-Assign switches them off.</summary>
    public bool AutoAssign { get; init; } = true;

    /// <summary>Whether alert rules for duplicates are passed: Sforce-Duplicate-Rule-Header with allowSave=true (reference §2.5).</summary>
    public bool AllowDuplicates { get; init; }

    /// <summary>How long the transaction stays open after the stamp was taken.</summary>
    public TimeSpan CommitDelay { get; init; }

    /// <summary>Records made by this call: references by external id do not find them (reference §15.5).</summary>
    public HashSet<SfRecord> Fresh { get; } = [];
}
