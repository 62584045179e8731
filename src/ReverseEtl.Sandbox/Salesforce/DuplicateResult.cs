namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>What a duplicate rule found (reference §6.6).</summary>
/// <param name="AllowSave">Whether the client may insist.</param>
/// <param name="Rule">The rule's API name.</param>
/// <param name="Type">The object.</param>
/// <param name="Ids">The records that match.</param>
public sealed record DuplicateResult(bool AllowSave, string Rule, string Type, IReadOnlyList<string> Ids);
