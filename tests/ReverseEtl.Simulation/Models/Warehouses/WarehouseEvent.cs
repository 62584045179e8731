using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>What happened to a row.</summary>
public enum RowChange
{
    /// <summary>It was added.</summary>
    Insert,

    /// <summary>Cells changed; the key may be among them.</summary>
    Update,

    /// <summary>It was removed.</summary>
    Delete,
}

/// <summary>A row of a simulated warehouse changed, and everybody can see it.</summary>
/// <param name="At">When it became visible.</param>
/// <param name="By">Who did it: a person, <see cref="Engine"/>, or <see cref="Build"/>.</param>
/// <param name="Table">Where.</param>
/// <param name="Key">The row's key before, or of a new row; null when a part of it is empty.</param>
/// <param name="Change">What was done.</param>
/// <param name="Cells">The cells that are different now, all of them for a new or removed row.</param>
public sealed record WarehouseEvent(DateTimeOffset At, string By, string Table, string? Key, RowChange Change, IReadOnlyList<CellChange> Cells)
{
    /// <summary>The engine wrote it.</summary>
    public const string Engine = "engine";

    /// <summary>A build of a model wrote it.</summary>
    public const string Build = "build";
}

/// <summary>One cell of a <see cref="WarehouseEvent"/>.</summary>
/// <param name="Column">Its column.</param>
/// <param name="Before">Its value before; absent in a new row.</param>
/// <param name="After">Its value now; absent in a removed row.</param>
public readonly record struct CellChange(string Column, FieldValue Before, FieldValue After);
