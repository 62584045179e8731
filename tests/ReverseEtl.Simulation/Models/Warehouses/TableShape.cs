using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>What a table of a simulated warehouse looks like.</summary>
/// <param name="Name">Schema and name as mappings write it, e.g. <c>analytics.people</c>.</param>
/// <param name="Columns">The columns in order.</param>
public sealed record TableShape(string Name, IReadOnlyList<TableColumn> Columns)
{
    /// <summary>The columns by which people find a row; empty when there are none.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Whether two rows may never have one key.</summary>
    public bool IsKeyUnique { get; init; } = true;

    /// <summary>The column that says when a row changed, kept by the warehouse; null for none.</summary>
    public string? ChangedAt { get; init; }

    /// <summary>Whether a trigger stamps <see cref="ChangedAt"/> at writes of the engine too; people's edits always stamp it.</summary>
    public bool StampsEngineWrites { get; init; }

    /// <summary>Whether the table makes the key of a row that comes without one.</summary>
    public bool MakesKeys { get; init; }
}

/// <summary>A column of a simulated table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds, with its limits.</param>
public sealed record TableColumn(string Name, FieldType Type)
{
    /// <summary>Whether it may not be empty.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether no two rows may have the same value in it.</summary>
    public bool IsUnique { get; init; }

    /// <summary>What a new row gets where nothing is said; null for nothing.</summary>
    public string? Default { get; init; }

    /// <summary>What a trigger makes of every text that is stored; null for nothing.</summary>
    public Func<string, string>? Normaliser { get; init; }
}
