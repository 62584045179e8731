namespace ReverseEtl.Engine.Cycles;

/// <summary>A row for which no record was made, because the CRM has one in its place.</summary>
/// <param name="Key">The row.</param>
/// <param name="CrmId">The record.</param>
/// <param name="IsSame">Whether the two share a value that only one record may have; else the CRM finds them alike.</param>
internal sealed record Occupied(string Key, string CrmId, bool IsSame);
