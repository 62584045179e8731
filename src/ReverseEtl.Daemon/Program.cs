using System.Runtime.InteropServices;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Daemon.KillPoints;
using ReverseEtl.Engine.Cycles;

using var stop = new CancellationTokenSource();
var isDaemon = args.Contains("daemon");

// The daemon's host listens to signals itself. Everybody else ends what is under way and says so.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var terminate = isDaemon ? null : PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = isDaemon ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

var kill = KillSwitch.FromEnvironment();
var parts = new RetlParts
{
    Connect = (settings, time) => kill is null ? new ConfiguredConnections(settings, time) : new KillableConnections(settings, time, kill),
    Cycles = (settings, connections, time, loggers) => new EngineCycleRunner(
        connections, new Cycle(connections.State, settings.Engine, time, loggers.CreateLogger<Cycle>()), settings.Daemon, time),
    Folder = Directory.GetCurrentDirectory(),
    Output = Console.Out,
    Error = Console.Error,
};
return await Retl.RunAsync(args, parts, stop.Token);
