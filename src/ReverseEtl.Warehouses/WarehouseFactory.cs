using ReverseEtl.Engine.Ports;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.Warehouses;

/// <summary>The warehouse backends by name. A new backend is one folder and one line here.</summary>
public static class WarehouseFactory
{
    private static readonly Dictionary<string, Func<WarehouseSettings, IWarehouse>> Backends = new(StringComparer.OrdinalIgnoreCase)
    {
        ["postgres"] = settings => new PostgresWarehouse(settings.ConnectionString),
    };

    /// <summary>The names of the backends.</summary>
    public static IReadOnlyCollection<string> Types => Backends.Keys;

    /// <summary>Makes the adapter; nothing is connected yet.</summary>
    /// <exception cref="PortException">There is no such backend, or the connection string cannot be read.</exception>
    public static IWarehouse Create(WarehouseSettings settings) => Backends.TryGetValue(settings.Type, out var make)
        ? make(settings)
        : throw new PortException(
            PortTrouble.Refused,
            $"There is no warehouse type '{settings.Type}'. Known types: {string.Join(", ", Backends.Keys)}.");
}
