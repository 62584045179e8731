namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>What users granted to apps: authorisation codes, which work once, and refresh tokens.</summary>
internal sealed class OAuthGrants
{
    private readonly Dictionary<string, (HubSpotApp App, string RedirectUri)> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HubSpotApp> _refresh = new(StringComparer.Ordinal);

    public void AddCode(string code, HubSpotApp app, string redirectUri) => _codes[code] = (app, redirectUri);

    public void AddRefresh(string token, HubSpotApp app) => _refresh[token] = app;

    /// <summary>The app and the redirect address that a code was made for; the code is used up.</summary>
    public (HubSpotApp App, string RedirectUri)? TakeCode(string code) => _codes.Remove(code, out var grant) ? grant : null;

    public HubSpotApp? AppOfRefresh(string token) => _refresh.GetValueOrDefault(token);

    public bool Revoke(string token) => _refresh.Remove(token);

    /// <summary>Ends all grants of an app.</summary>
    public void Uninstall(string appId)
    {
        foreach (var token in _refresh.Where(r => r.Value.AppId == appId).Select(r => r.Key).ToList())
        {
            _refresh.Remove(token);
        }
    }
}
