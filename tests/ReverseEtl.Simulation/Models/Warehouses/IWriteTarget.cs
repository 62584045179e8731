using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>A table that the engine writes to.</summary>
internal interface IWriteTarget
{
    Table Table { get; }

    /// <summary>The columns by which written rows are found.</summary>
    int[] Key { get; }

    /// <summary>Writes one row into the draft, or says why not.</summary>
    WarehouseWriteResult Write(TableDraft draft, WarehouseWrite write);
}
