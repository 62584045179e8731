namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>A person's transaction that is not committed yet: its time has not come, or the engine holds a row that it wants.</summary>
/// <param name="DueAt">When it commits at the earliest.</param>
/// <param name="Table">The table.</param>
/// <param name="Keys">The keys of the rows that it touches.</param>
/// <param name="By">Who.</param>
/// <param name="Change">What it does.</param>
internal sealed record PendingEdit(DateTimeOffset DueAt, Table Table, IReadOnlyList<string> Keys, string By, Action<TableDraft> Change)
{
    public bool IsDue(DateTimeOffset now) => DueAt <= now && !Keys.Any(Table.Locked.Contains);
}
