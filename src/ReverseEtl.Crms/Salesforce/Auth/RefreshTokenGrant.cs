namespace ReverseEtl.Crms.Salesforce.Auth;

/// <summary>A refresh token that a person's sign-in once gave (§1.3).</summary>
/// <remarks>
/// With rotation switched on, Salesforce answers a new refresh token and refuses the old one. It is used from then on, and kept in a file where
/// there is one; without, it lives only as long as the process, of which people are warned.
/// </remarks>
/// <param name="clientId">The app's consumer key.</param>
/// <param name="clientSecret">The app's secret; null for an app without.</param>
/// <param name="refreshToken">The token to begin with.</param>
/// <param name="file">Where a token that replaces it is kept, readable for this user only; null for nowhere.</param>
public sealed class RefreshTokenGrant(string clientId, string? clientSecret, string refreshToken, string? file = null) : SalesforceGrant(clientId)
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

    internal override string? Learn(string? refreshToken)
    {
        if (refreshToken is null || refreshToken == _refreshToken)
        {
            return null;
        }

        _refreshToken = refreshToken;
        if (file is null)
        {
            return "Salesforce gave another refresh token, which ends with this process: set RefreshTokenFile, or switch rotation off.";
        }

        try
        {
            Keep(file, refreshToken);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "RefreshTokenFile cannot be written: the refresh token that Salesforce gave ends with this process.";
        }
    }

    internal override string Remedy(string error) => error == "invalid_grant"
        ? "The refresh token is revoked or expired: authorise the app again, set RefreshToken, and remove what RefreshTokenFile names."
        : "Check ClientId and ClientSecret.";

    // Whole or not at all: half a token is none, and the old one is refused by now.
    private static void Keep(string file, string token)
    {
        var draft = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(token);
        }

        File.Move(draft, file, overwrite: true);
    }
}
