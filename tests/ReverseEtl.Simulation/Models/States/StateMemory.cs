using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>
/// The database behind <see cref="InMemoryStateStore"/>: what outlives a process. Held to the same contract as the Postgres state. Not safe
/// for use by several threads.
/// </summary>
/// <param name="time">The database's clock; leases go by it.</param>
public sealed class StateMemory(TimeProvider time)
{
    /// <summary>Which state this is; stays through a restore.</summary>
    public Guid Id { get; init; } = new("5eed0000-0000-4000-8000-000000000001");

    /// <summary>Which database it is, for rows that share its transactions; null when none may.</summary>
    public string? Database { get; init; }

    /// <summary>The leases of the mappings; a simulated accident may touch them.</summary>
    internal Leases Leases { get; } = new(time);

    internal StateData Data { get; private set; } = new();

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>A seeded bug: everybody who asks gets the lease, and nobody ever loses it.</summary>
    public void GiveLeasesToEverybody() => Leases.AreIgnored = true;

    /// <summary>The holder's lease goes to somebody who does not show, while its connection stands.</summary>
    public void Overtake(string mapping) => Leases.Overtake(mapping);

    /// <summary>The holder's connection breaks; its lease may be taken at once, and it can record nothing any more.</summary>
    public void Disconnect(string mapping) => Leases.EndHolder(mapping);

    /// <summary>A backup of everything durable.</summary>
    public StateSnapshot Snapshot() => new(Data.Copy());

    /// <summary>Puts a backup back. All connections end.</summary>
    public void Restore(StateSnapshot snapshot)
    {
        Leases.EndAll();
        Data = snapshot.Data.Copy();
    }

    /// <summary>Everything that is known of a mapping, for checkers. Empty for one that was never opened or marked.</summary>
    public MappingView View(string mapping) => new(Data.Find(mapping) ?? new MappingData(mapping, new()));
}

/// <summary>A backup of a state.</summary>
public sealed class StateSnapshot
{
    internal StateSnapshot(StateData data) => Data = data;

    internal StateData Data { get; }
}
