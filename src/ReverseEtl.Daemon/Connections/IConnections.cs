using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Connections;

/// <summary>The configured state, warehouses and CRMs, each opened once when it is first asked for. Safe for concurrent use.</summary>
public interface IConnections : IAsyncDisposable
{
    /// <summary>The state.</summary>
    IStateStore State { get; }

    /// <summary>A warehouse by its name in the configuration.</summary>
    IWarehouse Warehouse(string name);

    /// <summary>A CRM by its name in the configuration.</summary>
    ICrm Crm(string name);
}
