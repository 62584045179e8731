namespace ReverseEtl.Crms.Http;

/// <summary>A bearer token. A class of its own so that printing it tells nothing.</summary>
public sealed class AccessToken(string value, Uri? site = null)
{
    /// <summary>The token itself: a secret.</summary>
    public string Value => value;

    /// <summary>The host that requests with this token go to; null for the client's own base address.</summary>
    public Uri? Site => site;

    /// <summary>By our clock: from then on a new token is got before the next request; null for a token that lasts until it is refused.</summary>
    public DateTimeOffset? RenewAt { get; init; }

    /// <summary>The user that the token acts for, where the CRM tells.</summary>
    public string? UserId { get; init; }

    /// <inheritdoc />
    public override string ToString() => "(token)";
}
