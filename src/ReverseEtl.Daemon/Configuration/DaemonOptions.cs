namespace ReverseEtl.Daemon.Configuration;

/// <summary>How the daemon behaves; the section <c>Daemon</c> of the configuration.</summary>
public sealed record DaemonOptions
{
    /// <summary>
    /// How long work in flight may take to finish after SIGTERM before it is cancelled. Cancelled work is journalled and recovered by the
    /// next start. Must be shorter than what the supervisor of the process allows (Kubernetes: 30 s). Default 25 seconds.
    /// </summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How often mapping files are looked at even when the file system reports no change. Default 10 seconds.</summary>
    public TimeSpan MappingPoll { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a check of a connection counts for readiness; a CRM check costs an API call. Default one minute.</summary>
    public TimeSpan ReadinessAge { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one readiness check may take. Default 5 seconds.</summary>
    public TimeSpan ReadinessTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First wait after a failed cycle, doubled each time. Default 5 seconds.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait after a failed cycle. Default 5 minutes.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the two sides' own descriptions are compared with a mapping that runs. Default one hour.</summary>
    public TimeSpan RecheckEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Log lines on standard error: <c>text</c> or <c>json</c>. Default text.</summary>
    public string LogFormat { get; init; } = "text";
}
