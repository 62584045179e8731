using ReverseEtl.Crms.Http;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.KillPoints;

/// <summary>The configured connections with a kill switch at every way out of the process.</summary>
internal sealed class KillableConnections : IConnections
{
    private readonly KillSwitch _kill;
    private readonly HttpMessageHandler _wire;
    private readonly ConfiguredConnections _configured;

    public KillableConnections(RetlSettings settings, TimeProvider time, KillSwitch kill)
    {
        _kill = kill;
        _wire = new KillHandler(kill) { InnerHandler = CrmHttp.NewWire() };
        _configured = new ConfiguredConnections(settings, time, _wire);
    }

    public IStateStore State => KillPort.Around(_configured.State, _kill);

    public IWarehouse Warehouse(string name) => KillPort.Around(_configured.Warehouse(name), _kill);

    public ICrm Crm(string name) => _configured.Crm(name);

    public async ValueTask DisposeAsync()
    {
        await _configured.DisposeAsync();
        _wire.Dispose();
        _kill.WriteList();
    }
}
