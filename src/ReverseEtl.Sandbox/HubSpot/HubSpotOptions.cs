namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The account that the sandbox plays.</summary>
public sealed record HubSpotOptions
{
    /// <summary>The token that works without further ado; all scopes.</summary>
    public const string DefaultToken = "pat-eu1-sandbox";

    /// <summary>Seed of everything random: order of answers, index lag, gaps between ids, correlation ids.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The account's id (hub id).</summary>
    public long PortalId { get; init; } = 4242;

    /// <summary>IANA zone; the daily limit starts anew at its midnight.</summary>
    public string TimeZoneId { get; init; } = "Europe/Berlin";

    /// <summary>The id before the first record's.</summary>
    public long FirstId { get; init; } = 840926056000;

    /// <summary>The person behind UI edits.</summary>
    public long UserId { get; init; } = 28604240;

    /// <summary>Tokens that authenticate.</summary>
    public IReadOnlyList<HubSpotToken> Tokens { get; init; } = [new(DefaultToken, "5670736")];
}

/// <summary>A bearer token of an app.</summary>
/// <param name="Token">The secret as sent.</param>
/// <param name="AppId">The app; it becomes the <c>sourceId</c> of what the token writes.</param>
/// <param name="Scopes">Granted scopes; null for all.</param>
public sealed record HubSpotToken(string Token, string AppId, IReadOnlySet<string>? Scopes = null);
