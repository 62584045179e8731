namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One call of an app's webhook address, ready to be sent.</summary>
/// <param name="Id">What to report the outcome under.</param>
/// <param name="Url">Where to POST it.</param>
/// <param name="Headers">Signature and time stamp.</param>
/// <param name="Body">The JSON array of events, byte for byte what was signed.</param>
/// <param name="Attempt">0 for the first one.</param>
public sealed record HubSpotDelivery(long Id, string Url, IReadOnlyDictionary<string, string> Headers, string Body, int Attempt);

/// <summary>What is wrong with a forged delivery.</summary>
public enum HubSpotForgery
{
    /// <summary>Signed with a secret that is not the app's.</summary>
    WrongSecret,

    /// <summary>Signed well, but six minutes ago: a replay.</summary>
    OldTimestamp,

    /// <summary>The events are not those that were signed.</summary>
    ChangedBody,

    /// <summary>Not signed at all.</summary>
    NoSignature,
}
