namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>Asks what a token is. A class, since a record would print the token.</summary>
internal sealed class WireTokenKey(string token)
{
    /// <summary>The token itself: a secret.</summary>
    public string TokenKey => token;
}

/// <summary>What a token is.</summary>
internal sealed record WireTokenInfo
{
    /// <summary>The app that it belongs to.</summary>
    public string? AppId { get; init; }
}
