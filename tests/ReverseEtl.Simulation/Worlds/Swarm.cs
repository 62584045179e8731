using ReverseEtl.Engine.Cycles;
using ReverseEtl.Simulation.Daemons;
using ReverseEtl.Simulation.Network;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>What goes wrong in one seed: a random subset of everything that can, each with a random rate.</summary>
public sealed record Swarm
{
    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Which CRM.</summary>
    public required CrmKind Crm { get; init; }

    /// <summary>Whether pulled values land in a table of their own that a model is built from.</summary>
    public required bool Lands { get; init; }

    /// <summary>Whether warehouse and state are one database, so that rows and bases are stored together.</summary>
    public required bool SharesDatabase { get; init; }

    /// <summary>Whether people refer to accounts.</summary>
    public required bool Refers { get; init; }

    /// <summary>How long users and faults go on.</summary>
    public required TimeSpan Chaos { get; init; }

    /// <summary>Records at the beginning.</summary>
    public required int Records { get; init; }

    /// <summary>How many things users do.</summary>
    public required int Deeds { get; init; }

    /// <summary>On the way to the CRM.</summary>
    public required NetworkFaults Network { get; init; }

    /// <summary>On the way to the databases.</summary>
    public required GateFaults Gates { get; init; }

    /// <summary>How far the CRM's clock is off.</summary>
    public required TimeSpan CrmSkew { get; init; }

    /// <summary>How far the warehouse's clock is off.</summary>
    public required TimeSpan WarehouseSkew { get; init; }

    /// <summary>How late the CRM shows a write to searches and queries.</summary>
    public required TimeSpan CrmLag { get; init; }

    /// <summary>How late a warehouse transaction commits.</summary>
    public required TimeSpan CommitLag { get; init; }

    /// <summary>Whether the CRM spells some values its own way.</summary>
    public required bool Normalises { get; init; }

    /// <summary>Whether a workflow of the CRM edits after others did.</summary>
    public required bool Workflow { get; init; }

    /// <summary>Whether a workflow of the CRM sets back what the integration changed.</summary>
    public required bool Stubborn { get; init; }

    /// <summary>What befalls the daemon and its surroundings, and how often.</summary>
    public required IReadOnlyDictionary<Blow, int> Blows { get; init; }

    /// <summary>The engine's options.</summary>
    public required EngineOptions Options { get; init; }

    /// <summary>Draws one.</summary>
    public static Swarm Draw(int seed)
    {
        var random = new Random(seed);
        return new Swarm
        {
            Seed = seed,
            Crm = random.Next(2) == 0 ? CrmKind.Salesforce : CrmKind.HubSpot,
            Lands = random.Next(4) == 0,
            SharesDatabase = random.Next(4) == 0,
            Refers = random.Next(3) == 0,
            Chaos = TimeSpan.FromMinutes(60 + random.Next(180)),
            Records = random.Next(3, 9),
            Deeds = random.Next(30, 160),
            Network = random.Next(3) == 0 ? NetworkFaults.None : NetworkFaults.Swarm(random),
            Gates = (random.Next(2) == 0 ? GateFaults.None : GateFaults.Swarm(random)) with { Contended = seed % 3 == 0 ? 0.3 : 0 },
            CrmSkew = Skew(random),
            WarehouseSkew = Skew(random),
            CrmLag = random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(1, 300)),
            CommitLag = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(1, 240)) : TimeSpan.Zero,
            Normalises = random.Next(3) == 0,
            Workflow = random.Next(4) == 0,
            Stubborn = random.Next(8) == 0,
            Blows = Enum.GetValues<Blow>().Where(_ => random.Next(5) == 0).ToDictionary(b => b, _ => random.Next(1, 4)),
            Options = new EngineOptions
            {
                TombstoneAge = TimeSpan.FromMinutes(random.Next(2) == 0 ? 0 : 45),
                BatchSize = random.Next(2) == 0 ? 3 : 1000,
                FullWarehouseReadEvery = TimeSpan.FromMinutes(45),
            },
        };
    }

    private static TimeSpan Skew(Random random) => random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(-180, 181)) : TimeSpan.Zero;
}

/// <summary>Something that befalls the daemon or its surroundings.</summary>
public enum Blow
{
    /// <summary>A process is killed at one of its next I/Os and another one starts later.</summary>
    Kill,

    /// <summary>A process is asked to stop and another one starts.</summary>
    Restart,

    /// <summary>A second daemon runs beside the first for a while.</summary>
    SecondDaemon,

    /// <summary>The lease goes to somebody who does not show.</summary>
    LeaseLost,

    /// <summary>The connection to the state breaks.</summary>
    ConnectionLost,

    /// <summary>The state is restored from an older backup.</summary>
    StateRestored,

    /// <summary>Somebody edits the mapping file.</summary>
    MappingEdited,

    /// <summary>The integration loses a permission and gets it back.</summary>
    PermissionLost,

    /// <summary>The CRM answers 429 to everybody.</summary>
    RateLimited,

    /// <summary>The CRM answers 503 to everybody.</summary>
    Outage,

    /// <summary>A field of many records is changed at one instant.</summary>
    BulkEdit,

    /// <summary>Records are locked.</summary>
    Locked,
}
