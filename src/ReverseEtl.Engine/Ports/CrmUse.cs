namespace ReverseEtl.Engine.Ports;

/// <summary>How much of a CRM account's daily requests is used, all its clients together, as far as the CRM told.</summary>
/// <param name="Used">Requests of the last 24 hours.</param>
/// <param name="Limit">What the account may make; null while it is not known.</param>
/// <param name="Share">The use at which this connection stops; null while it is not known.</param>
public sealed record CrmUse(long Used, long? Limit, long? Share)
{
    /// <summary>When the share is used up if things go on as in the last hour, by our clock; null when it is not within a day.</summary>
    public DateTimeOffset? UsedUpAt { get; init; }

    /// <summary>Requests until the share is used up; null while that is not known.</summary>
    public long? Left => Share is { } share ? Math.Max(0, share - Used) : null;

    /// <summary>Whether the share is used up: nothing but a probe now and then is sent until the CRM tells that there is room again.</summary>
    public bool IsUsedUp => Used >= Share;
}
