namespace ReverseEtl.Engine.Ports;

/// <summary>The outcomes of a write at a remote boundary. "Unknown" is not a failure: the write may have happened.</summary>
public enum WriteOutcome
{
    /// <summary>The other side said that it stored the values.</summary>
    Confirmed,

    /// <summary>The other side said that it stored nothing, and why.</summary>
    Rejected,

    /// <summary>A condition of the write did not hold: the record moved since it was read, or the time to send was over. Nothing was stored.</summary>
    Moved,

    /// <summary>There is no such record any more (deleted, purged or merged away). Nothing was stored.</summary>
    Missing,

    /// <summary>No answer, or none that tells: the write may have happened, may still happen, or not.</summary>
    Unknown,
}
