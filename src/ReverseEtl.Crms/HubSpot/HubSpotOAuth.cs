namespace ReverseEtl.Crms.HubSpot;

/// <summary>An OAuth app and what a person's authorisation gave it. Not a record: printing one must tell nothing.</summary>
/// <param name="clientId">The app's client id.</param>
/// <param name="clientSecret">Its secret.</param>
/// <param name="refreshToken">The refresh token that the authorisation gave.</param>
public sealed class HubSpotOAuth(string clientId, string clientSecret, string refreshToken)
{
    /// <summary>The app's client id.</summary>
    public string ClientId => clientId;

    /// <summary>Its secret.</summary>
    public string ClientSecret => clientSecret;

    /// <summary>The refresh token that the authorisation gave.</summary>
    public string RefreshToken => refreshToken;

    /// <summary>Whether the connection signs in as an OAuth app.</summary>
    /// <exception cref="CrmSettingsException"><c>Auth</c> is neither of the two.</exception>
    public static bool IsAsked(CrmConnection connection) => connection.Find("Auth")?.ToLowerInvariant() switch
    {
        null => connection.Find("RefreshToken") is not null,
        "access_token" => false,
        "oauth" or "refresh_token" => true,
        _ => throw new CrmSettingsException(connection.Name, "Auth", "must be access_token or oauth."),
    };

    /// <summary>Reads what belongs to it; null for a connection with a static token.</summary>
    /// <exception cref="CrmSettingsException">Something is missing.</exception>
    public static HubSpotOAuth? Read(CrmConnection connection) => IsAsked(connection)
        ? new HubSpotOAuth(connection.Require("ClientId"), connection.Require("ClientSecret"), connection.Require("RefreshToken"))
        : null;
}
