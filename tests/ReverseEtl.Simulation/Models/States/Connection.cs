using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>What the state knows of one opening: its lease, and whether its connection stands.</summary>
internal sealed class Connection(StateOpening opening, long fence, DateTimeOffset now)
{
    private Action _rollback = () => { };

    public string Mapping => opening.Mapping;

    public bool IsDryRun => opening.DryRun;

    /// <summary>Rises with every holder; who has an older one was overtaken.</summary>
    public long Fence => fence;

    public bool IsAlive { get; private set; } = true;

    /// <summary>When the lease runs out.</summary>
    public DateTimeOffset ExpiresAt { get; private set; } = now + opening.LeaseTime;

    /// <summary>When the database did something for it last.</summary>
    private DateTimeOffset WorkedAt { get; set; } = now;

    /// <summary>
    /// Whether nobody else may have the mapping. A live holder keeps it beyond the end of its lease as long as it works; a dry run is ended
    /// by the database when it has stalled.
    /// </summary>
    /// <param name="at">Now.</param>
    /// <param name="patience">How long the one who asks would hold a lease itself.</param>
    public bool Holds(DateTimeOffset at, TimeSpan patience)
    {
        var isStalled = IsDryRun
            ? at - WorkedAt >= opening.LeaseTime
            : ExpiresAt <= at && (WorkedAt <= ExpiresAt || WorkedAt <= at - patience);
        return IsAlive && !isStalled;
    }

    /// <summary>The database does something for this connection.</summary>
    /// <exception cref="PortException">The connection is gone.</exception>
    public void Work(DateTimeOffset at)
    {
        if (!IsAlive || (IsDryRun && at - WorkedAt >= opening.LeaseTime))
        {
            throw new PortException(PortTrouble.Unavailable, "The connection to the state was lost.");
        }

        WorkedAt = at;
    }

    public void Renew(DateTimeOffset at) => ExpiresAt = at + opening.LeaseTime;

    public MemoryTransaction Begin()
    {
        var transaction = new MemoryTransaction();
        _rollback = transaction.Rollback;
        return transaction;
    }

    /// <summary>The database notices that the process is gone, or ends the connection itself.</summary>
    public void End()
    {
        IsAlive = false;
        _rollback();
    }
}
