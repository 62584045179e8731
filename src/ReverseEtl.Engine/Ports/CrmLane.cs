namespace ReverseEtl.Engine.Ports;

/// <summary>One way by which a CRM takes writes.</summary>
/// <param name="Name">For people: <c>composite</c>, <c>collections</c>, <c>bulk</c>, <c>batch</c>.</param>
/// <param name="Batch">Writes that it takes at a time, at most.</param>
public sealed record CrmLane(string Name, int Batch)
{
    /// <summary>Whether it is the way of writes with a condition (<see cref="CrmWrite.IfVersion"/>).</summary>
    public bool IsGuarded { get; init; }

    /// <summary>Writes of one kind from which it is worth its calls.</summary>
    public int Least { get; init; } = 1;

    /// <summary>Requests that a batch costs.</summary>
    public int CallsPerBatch { get; init; } = 1;

    /// <summary>Requests that come on top, however many batches there are.</summary>
    public int CallsOnTop { get; init; }

    /// <summary>The requests that so many writes cost by this lane, about.</summary>
    public long Calls(long writes) => writes == 0 ? 0 : ((writes + Batch - 1) / Batch * CallsPerBatch) + CallsOnTop;
}
