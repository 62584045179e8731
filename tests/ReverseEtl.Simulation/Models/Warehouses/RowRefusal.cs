namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>A constraint: no row of the table may have this value in this column.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Column">Name of the column.</param>
/// <param name="Value">The value, as stored.</param>
/// <param name="Reason">What the warehouse says; names no value.</param>
public sealed record RowRefusal(string Table, string Column, string Value, string Reason);
