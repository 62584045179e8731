namespace ReverseEtl.Sandbox.Http;

/// <summary>What goes wrong with a request.</summary>
public enum FaultKind
{
    /// <summary>The configured status and body are answered and the model never sees the request.</summary>
    Answer,

    /// <summary>The connection breaks before the model sees the request.</summary>
    ResetBefore,

    /// <summary>The model does its work, then the connection breaks.</summary>
    ResetAfter,

    /// <summary>The model does its work, then nothing ever comes back.</summary>
    SilenceAfter,

    /// <summary>The answer comes late.</summary>
    Slow,

    /// <summary>The answer's body is cut in half.</summary>
    Truncate,
}

/// <summary>One scripted fault.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Method">Only requests with this verb; null for any.</param>
/// <param name="PathContains">Only requests whose raw target contains this; null for any.</param>
/// <param name="Times">How many matching requests it hits, at least 1.</param>
/// <param name="Skip">How many matching requests pass unharmed first.</param>
/// <param name="Status">Status for <see cref="FaultKind.Answer"/>.</param>
/// <param name="Body">Body for <see cref="FaultKind.Answer"/>.</param>
/// <param name="ContentType">Content type for <see cref="FaultKind.Answer"/>.</param>
/// <param name="Headers">More headers for <see cref="FaultKind.Answer"/>, e.g. Retry-After.</param>
/// <param name="DelayMs">Milliseconds for <see cref="FaultKind.Slow"/>.</param>
public sealed record Fault(
    FaultKind Kind,
    string? Method = null,
    string? PathContains = null,
    int Times = 1,
    int Skip = 0,
    int Status = 503,
    string Body = "",
    string ContentType = "application/json",
    IReadOnlyDictionary<string, string>? Headers = null,
    int DelayMs = 0);
