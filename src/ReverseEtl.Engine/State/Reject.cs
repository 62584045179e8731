using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.State;

/// <summary>A row that a side refused (or that we refuse to send). One a record and side.</summary>
/// <param name="Key">Warehouse key; for a row with a null key a text that says so.</param>
/// <param name="CrmId">CRM id where known.</param>
/// <param name="Side">Who refused it.</param>
/// <param name="Class">See <see cref="CrmError.Class"/>; <c>key</c> for null or repeated keys; <c>moved</c> for a record that keeps changing.</param>
/// <param name="Reason">In words.</param>
/// <param name="Retry">When another attempt makes sense.</param>
/// <param name="Print">Fingerprint of the source row; a row that looks different is tried at once.</param>
/// <param name="Attempts">How often it was refused.</param>
/// <param name="NextAttemptAt">When it is tried again by itself; null for never.</param>
public sealed record Reject(
    string Key,
    string? CrmId,
    Side Side,
    string Class,
    string Reason,
    RetryRule Retry,
    Fingerprint Print,
    int Attempts,
    DateTimeOffset? NextAttemptAt);
