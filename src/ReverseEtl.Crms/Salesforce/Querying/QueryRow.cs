namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>One row of an answer.</summary>
/// <param name="Cells">The row.</param>
/// <param name="ReadAt">Salesforce's clock when it was read, at the earliest; null when the answer told no time.</param>
internal readonly record struct QueryRow(IRowCells Cells, DateTimeOffset? ReadAt);
