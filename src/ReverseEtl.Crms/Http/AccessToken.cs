namespace ReverseEtl.Crms.Http;

/// <summary>A bearer token. A class of its own so that printing it tells nothing.</summary>
public sealed class AccessToken(string value, Uri? site = null)
{
    /// <summary>The token itself: a secret.</summary>
    public string Value => value;

    /// <summary>The host that requests with this token go to; null for the client's own base address.</summary>
    public Uri? Site => site;

    /// <summary>The user that the token acts for, where the CRM tells.</summary>
    public string? UserId { get; init; }

    /// <inheritdoc />
    public override string ToString() => "(token)";
}
