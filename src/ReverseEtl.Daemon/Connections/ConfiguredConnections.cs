using System.Collections.Concurrent;
using ReverseEtl.Crms;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Engine.Ports;
using ReverseEtl.State;
using ReverseEtl.Warehouses;

namespace ReverseEtl.Daemon.Connections;

/// <summary>The connections that the configuration names.</summary>
/// <param name="settings">The configuration.</param>
/// <param name="time">All waiting and timing.</param>
/// <param name="wire">Carries the requests to every CRM; null for sockets. It is not disposed here.</param>
public sealed class ConfiguredConnections(RetlSettings settings, TimeProvider time, HttpMessageHandler? wire = null) : IConnections
{
    private readonly Lazy<PostgresStateStore> _state = new(() => OpenState(settings));
    private readonly ConcurrentDictionary<string, Lazy<IWarehouse>> _warehouses = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Lazy<ICrm>> _crms = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public IStateStore State => _state.Value;

    /// <inheritdoc />
    /// <exception cref="ConfigurationException">It is not configured, or not rightly.</exception>
    public IWarehouse Warehouse(string name) => _warehouses.GetOrAdd(name, each => new(() => OpenWarehouse(each))).Value;

    /// <inheritdoc />
    /// <exception cref="ConfigurationException">It is not configured, or not rightly.</exception>
    public ICrm Crm(string name) => _crms.GetOrAdd(name, each => new(() => OpenCrm(each))).Value;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var crm in _crms.Values.Where(each => each.IsValueCreated))
        {
            await crm.Value.DisposeAsync();
        }

        foreach (var warehouse in _warehouses.Values.Where(each => each.IsValueCreated))
        {
            await warehouse.Value.DisposeAsync();
        }

        if (_state.IsValueCreated)
        {
            await _state.Value.DisposeAsync();
        }
    }

    // What a driver says about a connection string may quote it, password and all; so the cause is not handed on.
    private static PostgresStateStore OpenState(RetlSettings settings)
    {
        try
        {
            return new PostgresStateStore(new PostgresStateOptions(settings.StateConnectionString));
        }
        catch (ArgumentException)
        {
            throw Unreadable("ConnectionStrings:State");
        }
    }

    private IWarehouse OpenWarehouse(string name)
    {
        var section = settings.Warehouse(name);
        var type = section["Type"]!;
        if (!WarehouseFactory.Types.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw UnknownType($"Warehouses:{name}:Type", type, WarehouseFactory.Types);
        }

        var connectionString = settings.Required($"Warehouses:{name}:ConnectionString", "how to reach the warehouse");
        try
        {
            return WarehouseFactory.Create(new WarehouseSettings(type, connectionString));
        }
        catch (PortException e)
        {
            throw new ConfigurationException($"Warehouses:{name}", e.Message, "Mend this connection in the configuration.");
        }
        catch (ArgumentException)
        {
            throw Unreadable($"Warehouses:{name}:ConnectionString");
        }
    }

    private ICrm OpenCrm(string name)
    {
        var section = settings.Crm(name);
        var type = section["Type"]!;
        if (!CrmRegistry.Types.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            throw UnknownType($"Crms:{name}:Type", type, CrmRegistry.Types);
        }

        var values = section.GetChildren().ToDictionary(child => child.Key, child => child.Value, StringComparer.OrdinalIgnoreCase);
        try
        {
            return CrmRegistry.Create(new CrmConnection(name, values, time, new Random(Environment.ProcessId)) { Wire = wire });
        }
        catch (CrmSettingsException e)
        {
            throw new ConfigurationException(
                $"Crms:{name}:{e.Key}", e.Message, $"Set it in appsettings.json or as environment variable {RetlSettings.Variable($"Crms:{name}:{e.Key}")}.");
        }
    }

    private static ConfigurationException UnknownType(string key, string type, IEnumerable<string> known) =>
        new(key, $"there is no connection type '{type}'.", $"The known types are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");

    private static ConfigurationException Unreadable(string key) =>
        new(key, "is no connection string.", "Write it as Host=…;Port=5432;Database=…;Username=…;Password=… .");
}
