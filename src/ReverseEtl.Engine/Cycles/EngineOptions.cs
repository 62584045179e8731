namespace ReverseEtl.Engine.Cycles;

/// <summary>Times and sizes of the engine; the section <c>Engine</c> of the configuration.</summary>
public sealed record EngineOptions
{
    /// <summary>
    /// How long after its send deadline a request may still take effect. Judging a lost answer earlier can mistake an older write for it.
    /// Default 15 minutes: Salesforce ends a transaction after 10.
    /// </summary>
    public TimeSpan InFlightFence { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How far before the last watermark a pull starts. Shorter than the longest transaction or index lag of the CRM, changes are missed
    /// until the next full sweep. Default 15 minutes.
    /// </summary>
    public TimeSpan PullOverlap { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a record must be missing before a rule that deletes acts on it. Default one day.</summary>
    public TimeSpan TombstoneAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How often the daemon reads a model in full although it could be read by <c>changed_at</c>. Rows that left the warehouse show only
    /// then. Default one hour.
    /// </summary>
    public TimeSpan FullWarehouseReadEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often the daemon reads a CRM object in full, to find what its change list missed. Costs API calls. Default one day.</summary>
    public TimeSpan FullCrmReadEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a request may wait between being journalled and being sent. Default 2 minutes.</summary>
    public TimeSpan SendWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a lease lasts without being renewed. Default 2 minutes.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Records planned, journalled and settled at a time. Bounds memory and what a crash leaves open. Default 1,000.</summary>
    public int BatchSize { get; init; } = 1000;

    /// <summary>
    /// Who compares a model with what is known of its rows when it is read in full. May be changed at any time, and back. Default
    /// <see cref="Comparer.Auto"/>.
    /// </summary>
    public Comparer Compare { get; init; } = Comparer.Auto;

    /// <summary>
    /// After how many writes that were taken back, or took back what was there before, a field is left alone and asked about. Default 5.
    /// </summary>
    public int UnstableAfter { get; init; } = 5;

    /// <summary>How far apart two such writes may be and still count as one fight. Default 2 days, so that a nightly job is noticed.</summary>
    public TimeSpan UnstableWithin { get; init; } = TimeSpan.FromDays(2);

    /// <summary>
    /// After how long a value that lies in the landing table and does not come back through the model is told of, by full reads of the CRM.
    /// Default 2 days.
    /// </summary>
    public TimeSpan EchoWithin { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long a reject with <c>later</c> waits, doubled with every attempt up to a day. Default 5 minutes.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMinutes(5);
}
