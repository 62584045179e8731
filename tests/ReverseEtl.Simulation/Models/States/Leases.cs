using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>Who works on which mapping. A lease ends with its connection, so nothing of this is part of a backup.</summary>
internal sealed class Leases(TimeProvider time)
{
    private readonly SortedDictionary<string, (long Fence, Connection? Holder)> _byMapping = new(Utf8Order.Instance);

    /// <summary>Gives a lease to everybody who asks and takes none away: a seeded bug that the checkers must catch.</summary>
    public bool AreIgnored { get; set; }

    /// <summary>The mapping's lease, or null when somebody else has it.</summary>
    public Connection? TryTake(StateOpening opening)
    {
        var (fence, holder) = _byMapping.GetValueOrDefault(opening.Mapping);
        if (!AreIgnored && holder is not null && holder.Holds(time.GetUtcNow(), opening.LeaseTime))
        {
            return null;
        }

        if (!AreIgnored)
        {
            holder?.End();
        }

        var taken = new Connection(opening, fence + 1, time.GetUtcNow());
        _byMapping[opening.Mapping] = (taken.Fence, taken);
        return taken;
    }

    /// <summary>Keeps the lease. One that ran out and that nobody took is still its holder's.</summary>
    /// <exception cref="PortException">It was lost.</exception>
    public void Keep(Connection holder)
    {
        holder.Work(time.GetUtcNow());
        if (!AreIgnored && _byMapping[holder.Mapping].Fence != holder.Fence)
        {
            throw new PortException(
                PortTrouble.Unavailable, $"The lease of mapping '{holder.Mapping}' was lost to another process; nothing was recorded.");
        }

        holder.Renew(time.GetUtcNow());
    }

    public void Release(Connection holder)
    {
        holder.End();
        if (_byMapping[holder.Mapping] is { } lease && lease.Holder == holder)
        {
            _byMapping[holder.Mapping] = lease with { Holder = null };
        }
    }

    /// <summary>Somebody who does not show took the lease; the connection of its holder stands.</summary>
    public void Overtake(string mapping)
    {
        var (fence, holder) = _byMapping.GetValueOrDefault(mapping);
        _byMapping[mapping] = (fence + 1, holder);
    }

    /// <summary>The connection of the mapping's holder is gone.</summary>
    public void EndHolder(string mapping) => _byMapping.GetValueOrDefault(mapping).Holder?.End();

    /// <summary>All connections are gone.</summary>
    public void EndAll()
    {
        foreach (var (_, holder) in _byMapping.Values)
        {
            holder?.End();
        }
    }
}
