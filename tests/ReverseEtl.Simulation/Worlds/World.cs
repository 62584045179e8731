using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Simulation.Coverage;
using ReverseEtl.Simulation.Daemons;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Models;
using ReverseEtl.Simulation.Models.States;
using ReverseEtl.Simulation.Models.Warehouses;
using ReverseEtl.Simulation.Mutants;
using ReverseEtl.Simulation.Network;
using ReverseEtl.Simulation.Scheduling;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>Everything of one run: both sides, the state, the network between, the processes, and the log of all of it.</summary>
public sealed class World : IDisposable
{
    private readonly Random _trouble;
    private GateFaults _gates;
    private int _processes;

    /// <summary>A world in which nothing happened yet.</summary>
    public World(Swarm swarm, Mutant? mutant = null)
    {
        Swarm = swarm;
        Loop = new EventLoop(swarm.Seed);
        _trouble = Chance(1);
        _gates = swarm.Gates;
        Options = mutant?.Options(swarm.Options) ?? swarm.Options;
        Ports = new Ports(this, mutant);
        var crmTime = new SimTime(Loop, Life.Everlasting, swarm.CrmSkew);
        Desk = swarm.Crm is CrmKind.Salesforce ? Salesforce(crmTime) : HubSpot(crmTime);
        Memory = new StateMemory(new SimTime(Loop, Life.Everlasting)) { Database = swarm.SharesDatabase ? "simulated" : null };
        Store = new WarehouseDesk(Loop, Log, swarm);
        CrmWatch = new CrmWatch(Desk, Log, () => Loop.Now);
        StateWatch = new StateWatch(Memory, Log, () => Loop.Now);
        Network = new SimNetwork(Loop, Desk, CrmWatch, Log, Counters, Chance(2)) { Faults = swarm.Network };
        Tables = swarm.Refers ? Table.All : [Table.People];
        Draw = new MappingDraw(swarm.Crm, swarm.Lands, Chance(3));
        InForceByTable = new(StringComparer.Ordinal) { [Table.Accounts.Name] = Draw.Accounts(), [Table.People.Name] = Draw.People(swarm.Refers) };
        mutant?.World(this);
    }

    /// <summary>What goes wrong.</summary>
    public Swarm Swarm { get; }

    /// <summary>What somebody else does to the rows that are about to be written.</summary>
    public Action Contend { get; set; } = () => { };

    /// <summary>The seed.</summary>
    public int Seed => Swarm.Seed;

    /// <summary>The only thread.</summary>
    public EventLoop Loop { get; }

    /// <summary>Everything that happened.</summary>
    public EventLog Log { get; } = new();

    /// <summary>How often the rare things did.</summary>
    public Counters Counters { get; } = new();

    /// <summary>The engine's options.</summary>
    public EngineOptions Options { get; }

    /// <summary>What stands between a process and its ports.</summary>
    public Ports Ports { get; }

    /// <summary>The CRM from behind the screen.</summary>
    public ICrmDesk Desk { get; }

    /// <summary>The warehouse from the inside.</summary>
    public WarehouseDesk Store { get; }

    /// <summary>The database of the state.</summary>
    public StateMemory Memory { get; }

    /// <summary>The way to the CRM.</summary>
    public SimNetwork Network { get; }

    /// <summary>Sees every effect in the CRM.</summary>
    public CrmWatch CrmWatch { get; }

    /// <summary>Sees everything that becomes durable in the state.</summary>
    public StateWatch StateWatch { get; }

    /// <summary>Draws and edits mappings.</summary>
    public MappingDraw Draw { get; }

    /// <summary>The mapped tables, parents first.</summary>
    public IReadOnlyList<Table> Tables { get; }

    /// <summary>The processes that are there.</summary>
    public List<DaemonProcess> Processes { get; } = [];

    /// <summary>What the sides said of themselves last, by mapping.</summary>
    public Dictionary<string, MappingRuntime> Runtimes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a person approves what the guard would hold.</summary>
    public bool IsApproved { get; set; }

    /// <summary>How often the push loop runs.</summary>
    public TimeSpan PushEvery { get; } = TimeSpan.FromMinutes(12);

    /// <summary>How often the pull loop runs.</summary>
    public TimeSpan PullEvery { get; } = TimeSpan.FromMinutes(7);

    /// <summary>An error that no process may end with.</summary>
    public Exception? Crashed { get; private set; }

    private Dictionary<string, Mapping> InForceByTable { get; }

    /// <summary>A stream of randomness of its own for each purpose, so that one more draw here changes nothing there.</summary>
    public Random Chance(int purpose) => new(unchecked((Seed * 7919) + (purpose * 104_729)));

    /// <summary>The mapping file as it is now.</summary>
    public Mapping InForce(Table table) => InForceByTable[table.Name];

    /// <summary>Somebody saves another mapping file.</summary>
    public void Edit(Table table, Mapping mapping)
    {
        InForceByTable[table.Name] = mapping;
        Log.Add(new Struck(Loop.Now, $"mapping {table.Name} edited: " + string.Join(", ", mapping.Fields.Select(f => $"{f.Warehouse} {f.Owner}"))));
    }

    /// <summary>A process that runs nothing yet.</summary>
    public DaemonProcess NewProcess()
    {
        var process = new DaemonProcess(this, $"daemon{++_processes}");
        Processes.Add(process);
        return process;
    }

    /// <summary>Another process of the daemon, with its loops.</summary>
    public DaemonProcess StartProcess()
    {
        var process = NewProcess();
        process.Start();
        return process;
    }

    /// <summary>A process died; its connections are noticed to be gone.</summary>
    public void Buried(DaemonProcess process)
    {
        Processes.Remove(process);
        Ports.Disconnect(process);
    }

    /// <summary>What a call to a database meets: how long it takes, and whether it fails.</summary>
    public (TimeSpan Delay, PortException? Trouble) Trouble(DaemonProcess process, string operation, IoMoment moment)
    {
        var delay = TimeSpan.FromMilliseconds(Math.Max(0, _trouble.Next(20) - 14));
        if (operation == "warehouse.write" && moment is IoMoment.Before && _gates.Contended > 0 && _trouble.NextDouble() < _gates.Contended)
        {
            Strike("rows edited while they were to be written", $"{process.Name} {operation} waits for another transaction");
            Contend();
        }

        var drawn = _trouble.NextDouble();
        if (drawn < _gates.Stall)
        {
            Strike("database stall", $"{process.Name} {operation} stalls");
            return (TimeSpan.FromSeconds(_trouble.Next(30, 400)), null);
        }

        var chance = moment is IoMoment.Before ? _gates.Refused : _gates.AnswerLost;
        if (drawn < _gates.Stall + chance)
        {
            Strike(moment is IoMoment.Before ? "database call failed" : "database answer lost", $"{process.Name} {operation} fails, {moment}");
            return (delay, new PortException(PortTrouble.Unavailable, "The simulated database is away."));
        }

        return (delay, null);
    }

    /// <summary>Faults end: requests under way still travel, nothing new goes wrong.</summary>
    public void Heal() => (Network.Faults, _gates) = (NetworkFaults.None, GateFaults.None);

    /// <summary>A process looked at what the sides offer.</summary>
    public void Learn(MappingRuntime runtime) => Runtimes[runtime.Mapping.Name] = runtime;

    /// <summary>Something rare happened.</summary>
    public void Strike(string counted, string what)
    {
        Counters.Hit(counted);
        Log.Add(new Struck(Loop.Now, what));
    }

    /// <summary>A process ended with an error that none may raise.</summary>
    public void Crash(Exception error) => Crashed ??= error;

    /// <summary>A connection to the state for a process.</summary>
    public IStateStore OpenState(DaemonProcess process) => Ports.Connect(process, new InMemoryStateStore(Memory, process));

    /// <summary>A connection to the warehouse for a process.</summary>
    public IWarehouse OpenWarehouse(DaemonProcess process) => new InMemoryWarehouse(Store.Memory, process);

    /// <inheritdoc />
    public void Dispose() => Log.Dispose();

    private SalesforceDesk Salesforce(TimeProvider time)
    {
        var desk = new SalesforceDesk(time, Seed);
        desk.Switches = desk.Switches with
        {
            CommitDelaySeconds = Swarm.CommitLag > TimeSpan.Zero ? (int)Swarm.CrmLag.TotalSeconds : 0,
            VisibilityDelayMaxMs = Math.Min(3000, (int)Swarm.CrmLag.TotalMilliseconds),
            ShuffleUnorderedQueries = true,
        };
        if (Swarm.Normalises)
        {
            desk.Normalise(Table.People, "Title", text => text.ToUpperInvariant());
            desk.Normalise(Table.People, "MailingCity", text => text + ".");
        }

        return desk;
    }

    private HubSpotDesk HubSpot(TimeProvider time)
    {
        var desk = new HubSpotDesk(time, Seed);
        desk.Switches.SearchIndexJitterSeconds = Swarm.CrmLag.TotalSeconds;
        desk.Switches.NormalisePhone = Swarm.Normalises;
        return desk;
    }
}
