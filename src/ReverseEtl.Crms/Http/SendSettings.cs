namespace ReverseEtl.Crms.Http;

/// <summary>How the pipeline sends. Every number bounds something; none has to be set.</summary>
public sealed record SendSettings
{
    /// <summary>Sends of one request at most, the first included; a repeat with a renewed token comes on top.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Ceiling of the first random wait; doubled each time.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Ceiling of every random wait.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait that a CRM can ask for and get in place; when it asks for more, its answer is handed on.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Longest time for one attempt, the answer's body included. It is also how long a write can stay under way after its send deadline:
    /// an engine's in-flight fence must be longer than this and the time that the CRM itself works on after the connection is gone.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
