namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>What a roll-up summary field shows: a figure over the records that point at its record.</summary>
/// <param name="Child">The object rolled up.</param>
/// <param name="Reference">Its field that points here.</param>
/// <param name="Function">count, sum, min or max.</param>
/// <param name="Field">The number summed or compared; not needed to count.</param>
public sealed record RollUp(string Child, string Reference, string Function, string? Field = null);
