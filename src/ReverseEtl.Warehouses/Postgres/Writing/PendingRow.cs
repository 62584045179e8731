using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres.Writing;

/// <summary>One row on its way into a table.</summary>
internal sealed class PendingRow(WarehouseWrite write)
{
    public WarehouseWrite Write { get; } = write;

    /// <summary>The parts of the key; empty when the table makes the key.</summary>
    public string[] Key { get; set; } = [];

    /// <summary>What a statement says, while it is not committed.</summary>
    public WarehouseWriteResult? Draft { get; set; }

    /// <summary>What became of it; null while undecided.</summary>
    public WarehouseWriteResult? Result { get; set; }

    public WarehouseWriteResult Outcome(WriteOutcome outcome, string? reason = null) => new(outcome, Write.Key, null, reason);
}
