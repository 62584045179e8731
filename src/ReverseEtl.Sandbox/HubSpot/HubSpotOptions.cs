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
    public IReadOnlyList<HubSpotToken> Tokens { get; init; } = [new(DefaultToken, HubSpotApp.Default.AppId)];

    /// <summary>Apps that may ask for tokens and be sent webhooks.</summary>
    public IReadOnlyList<HubSpotApp> Apps { get; init; } = [HubSpotApp.Default];
}

/// <summary>A bearer token of an app.</summary>
/// <param name="Token">The secret as sent.</param>
/// <param name="AppId">The app; it becomes the <c>sourceId</c> of what the token writes.</param>
/// <param name="Scopes">Granted scopes; null for all.</param>
public sealed record HubSpotToken(string Token, string AppId, IReadOnlySet<string>? Scopes = null)
{
    /// <summary>When an OAuth token ends; null for a static one. OAuth apps have limits of their own.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The person behind a user's token may edit associations; if not, API writes of them are refused since 2026-09.</summary>
    public bool MayEditAssociations { get; init; } = true;

    /// <summary>What histories call the token's writes. What they call those of service keys is UNVERIFIED.</summary>
    public string SourceType { get; init; } = "INTEGRATION";

    /// <summary>Histories do not tell the app. UNVERIFIED for service keys.</summary>
    public bool HasNoSourceId { get; init; }
}

/// <summary>An app with an OAuth client; its secret also signs webhooks.</summary>
/// <param name="AppId">Its id.</param>
/// <param name="ClientId">Its OAuth client.</param>
/// <param name="ClientSecret">The client's secret.</param>
/// <param name="RedirectUri">Where authorisation codes are sent.</param>
/// <param name="RefreshToken">A refresh token of an installation that took place long ago; null for none.</param>
/// <param name="Scopes">What it asks for; null for all.</param>
public sealed record HubSpotApp(
    string AppId, string ClientId, string ClientSecret, string RedirectUri, string? RefreshToken = null, IReadOnlySet<string>? Scopes = null)
{
    /// <summary>The app that the sandbox starts with; the default token is its static one.</summary>
    public static HubSpotApp Default { get; } = new(
        "5670736", "sandbox-client", "sandbox-client-secret", "http://localhost/oauth", "eu1-sandbox-refresh");
}
