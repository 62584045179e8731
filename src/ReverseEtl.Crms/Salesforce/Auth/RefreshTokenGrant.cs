namespace ReverseEtl.Crms.Salesforce.Auth;

/// <summary>A refresh token that a person's sign-in once gave (§1.3).</summary>
/// <remarks>
/// With rotation switched on, Salesforce answers a new refresh token each time. It is used from then on, but lives only as long as the
/// process: rotation and a daemon that restarts do not go together, and the remedy says so.
/// </remarks>
public sealed class RefreshTokenGrant(string clientId, string? clientSecret, string refreshToken) : SalesforceGrant(clientId)
{
    private string _refreshToken = refreshToken;

    /// <inheritdoc />
    public override IReadOnlyList<KeyValuePair<string, string>> Form(DateTimeOffset now)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new("grant_type", "refresh_token"),
            new("client_id", ClientId),
            new("refresh_token", _refreshToken),
        };
        if (clientSecret is not null)
        {
            form.Add(new("client_secret", clientSecret));
        }

        return form;
    }

    internal override void Learn(string? refreshToken) => _refreshToken = refreshToken ?? _refreshToken;

    internal override string Remedy(string error) => error == "invalid_grant"
        ? "The refresh token is revoked or expired: authorise the app again, without refresh token rotation, and set RefreshToken."
        : "Check ClientId and ClientSecret.";
}
