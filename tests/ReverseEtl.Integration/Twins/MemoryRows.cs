using ReverseEtl.Core.Values;
using ReverseEtl.Simulation.Models.Warehouses;

namespace ReverseEtl.Integration.Twins;

/// <summary>Rows in a simulated warehouse.</summary>
internal sealed class MemoryRows : IRows
{
    private readonly WarehouseMemory _memory;

    public MemoryRows(WarehouseMemory memory)
    {
        _memory = memory;
        memory.Create(new TableShape("people", [.. PostgresRows.Columns.Split(", ").Select(Column), new("updated_at", new(FieldKind.Timestamp) { Resolution = TimeSpan.FromMicroseconds(1) })])
        {
            Key = ["id"],
            ChangedAt = "updated_at",
        });
    }

    public Task AddAsync(string id, string email, string lastName)
    {
        _memory.As("ann").Insert("people", ("id", id), ("email", email), ("last_name", lastName));
        return Task.CompletedTask;
    }

    public Task SetAsync(string id, string column, string? value)
    {
        _memory.As("ann").Update("people", id, (column, value));
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string id)
    {
        _memory.As("ann").Delete("people", id);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> LookAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. _memory.Rows("people").Select(row => string.Join('|', row.Cells.SkipLast(1).Select(cell => cell.Text)))]);

    private static TableColumn Column(string name) => new(name, new(FieldKind.Text));
}
