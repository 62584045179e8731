namespace ReverseEtl.Core.Mappings;

/// <summary>When the loops of a mapping run by themselves.</summary>
/// <param name="Push">How often the warehouse is looked at: a duration (<c>30s</c>, <c>5m</c>, <c>1h</c>) or a cron expression.</param>
/// <param name="Pull">How often the CRM is looked at, likewise.</param>
public sealed record Schedule(string Push = "5m", string Pull = "1m");
