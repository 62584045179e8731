using ReverseEtl.Engine.Ports;
using ReverseEtl.Simulation.Models;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>A row of a model as it truly is.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Values">Its values as neutral text, in the order of the columns; null for null.</param>
public sealed record RowSight(string Key, string?[] Values);

/// <summary>What data engineers and their jobs do in the simulated warehouse, and what an observer sees who knows everything.</summary>
public interface IWarehouseDesk
{
    /// <summary>A connection for one process.</summary>
    IWarehouse Open(IIoGate gate);

    /// <summary>The rows of the model, by key, uncommitted ones included.</summary>
    IReadOnlyList<RowSight> Look(Table table);

    /// <summary>Adds a row.</summary>
    void Insert(Table table, string key, IReadOnlyDictionary<string, string?> values);

    /// <summary>Changes a column.</summary>
    void Update(Table table, string key, string column, string? value);

    /// <summary>Removes a row.</summary>
    void Delete(Table table, string key);

    /// <summary>Gives a row another key.</summary>
    void Rekey(Table table, string key, string another);

    /// <summary>Builds the models anew from the engineers' tables and what landed.</summary>
    void Build();
}
