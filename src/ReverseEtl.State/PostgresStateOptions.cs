namespace ReverseEtl.State;

/// <summary>Where the state is and how long history is kept.</summary>
/// <param name="ConnectionString">
/// A connection of its own to PostgreSQL 15 or later, not through a pooler in transaction mode: the lease is backed by a lock of the session.
/// </param>
public sealed record PostgresStateOptions(string ConnectionString)
{
    /// <summary>Changes, runs and closed conflicts older than this are removed when a run ends; null keeps them.</summary>
    public TimeSpan? HistoryAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Losses older than this are removed likewise; null keeps them.</summary>
    public TimeSpan? LossAge { get; init; }

    /// <summary>How long one statement may take; at least a second.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
