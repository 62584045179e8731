namespace ReverseEtl.Crms.Http;

/// <summary>What one CRM account may be asked for.</summary>
public sealed record AccountLimits
{
    /// <summary>Requests in flight at once, at least 1.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Rate limits; a request must fit into every window of its lane.</summary>
    public IReadOnlyList<RateWindow> Windows { get; init; } = [];

    /// <summary>The account's use of its daily requests, other clients' included, at which this connection stops.</summary>
    public DailyBudget Daily { get; init; } = DailyBudget.All;

    /// <summary>How long a used-up day stops the connection before one request may probe it again.</summary>
    public TimeSpan DailyProbe { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest pause that is waited for in place; a longer one is raised at once, so that work can be put off.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a cut of the concurrency lasts before it is doubled again.</summary>
    public TimeSpan ConcurrencyRecovery { get; init; } = TimeSpan.FromMinutes(1);
}
