namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>An active duplicate rule: records of the object that share a value of one field (reference §6.6).</summary>
/// <param name="Name">API name, e.g. <c>Standard_Contact_Duplicate_Rule</c>.</param>
/// <param name="Field">A text field; values match without regard to letter case.</param>
/// <param name="Blocks">A block rule cannot be passed; an alert rule can, with <c>allowSave=true</c>.</param>
public sealed record DuplicateRule(string Name, string Field, bool Blocks);
