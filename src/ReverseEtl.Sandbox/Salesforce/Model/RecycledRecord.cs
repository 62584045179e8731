namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>What an undelete brings back with a record.</summary>
/// <param name="Record">The deleted record.</param>
/// <param name="DeletedAt">When it went to the recycle bin, where it stays for 15 days (reference §6.5).</param>
/// <param name="Children">Records deleted with it.</param>
/// <param name="Cleared">References to it that were emptied: record and field name.</param>
internal sealed record RecycledRecord(
    SfRecord Record, DateTimeOffset DeletedAt, List<SfRecord> Children, List<(SfRecord Record, string Field)> Cleared);
