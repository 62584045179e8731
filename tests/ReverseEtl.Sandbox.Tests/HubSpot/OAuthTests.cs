using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class OAuthTests
{
    private const string Endpoint = "/oauth/2026-09/token";
    private static readonly HubSpotApp App = HubSpotApp.Default;
    private readonly Portal _portal = new() { Token = null };

    [Theory]
    [InlineData("/oauth/2026-09/token")]
    [InlineData("/oauth/v3/token")]
    [InlineData("/oauth/v1/token")]
    public async Task Refresh_gives_a_token_for_half_an_hour(string path)
    {
        var answer = await Refresh(App.RefreshToken!, path: path);
        Assert.Equal((200, 1800, App.RefreshToken), (answer.Status, (int)answer.Body["expires_in"]!, (string?)answer.Body["refresh_token"]));
        _portal.Token = (string?)answer.Body["access_token"];
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
        _portal.Time.Advance(TimeSpan.FromSeconds(1800));
        var expired = await _portal.Get(Portal.Contacts);
        Assert.Equal((401, "EXPIRED_AUTHENTICATION"), (expired.Status, expired.Category));
    }

    [Fact]
    public async Task Writes_of_an_oauth_token_carry_its_app()
    {
        _portal.Token = (string?)(await Refresh(App.RefreshToken!)).Body["access_token"];
        await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""");
        Assert.Equal(App.AppId, Assert.Single(_portal.Crm.Writes).By);
    }

    [Fact]
    public async Task Rotated_refresh_token_works_once()
    {
        _portal.Crm.Switches.RefreshTokensRotate = true;
        var second = (string)(await Refresh(App.RefreshToken!)).Body["refresh_token"]!;
        Assert.NotEqual(App.RefreshToken, second);
        Assert.Equal("BAD_REFRESH_TOKEN", (string?)(await Refresh(App.RefreshToken!)).Body["status"]);
        Assert.Equal(200, (await Refresh(second)).Status);
    }

    [Fact]
    public async Task Code_of_an_installation_works_once_and_with_its_redirect_address()
    {
        var code = _portal.Crm.InstallApp(App);
        Assert.Equal("BAD_REDIRECT_URI", (string?)(await Exchange(code, "http://elsewhere/")).Body["status"]);
        var answer = await Exchange(_portal.Crm.InstallApp(App), App.RedirectUri);
        Assert.Equal((200, 4242), (answer.Status, (long)answer.Body["hub_id"]!));
        Assert.Equal("BAD_AUTH_CODE", (string?)(await Exchange(code, App.RedirectUri)).Body["status"]);
    }

    [Theory]
    [InlineData("other", "x", "invalid_client", "BAD_CLIENT_ID")]
    [InlineData("sandbox-client", "x", "invalid_client", "BAD_CLIENT_SECRET")]
    public async Task Unknown_client_is_400(string id, string secret, string error, string status)
    {
        var answer = await Refresh(App.RefreshToken!, id, secret);
        Assert.Equal((400, error, status), (answer.Status, (string?)answer.Body["error"], (string?)answer.Body["status"]));
    }

    [Fact]
    public async Task Unknown_refresh_token_is_an_invalid_grant()
    {
        var answer = await Refresh("nope");
        Assert.Equal(
            (400, "invalid_grant", "BAD_REFRESH_TOKEN", "refresh token is invalid, expired or revoked"),
            (answer.Status, (string?)answer.Body["error"], (string?)answer.Body["status"], answer.Message));
    }

    [Fact]
    public async Task Account_that_is_gone_is_access_denied()
    {
        _portal.Crm.Switches.HubIsGone = true;
        var answer = await Refresh(App.RefreshToken!);
        Assert.Equal(("access_denied", "BAD_HUB"), ((string?)answer.Body["error"], (string?)answer.Body["status"]));
    }

    [Fact]
    public async Task Parameters_in_the_query_do_not_count()
    {
        var query = $"?grant_type=refresh_token&client_id={App.ClientId}&client_secret={App.ClientSecret}&refresh_token={App.RefreshToken}";
        Assert.Equal(400, (await _portal.PostForm(Endpoint + query)).Status);
    }

    [Fact]
    public async Task Introspection_tells_live_tokens_from_dead_ones()
    {
        var token = (string)(await Refresh(App.RefreshToken!)).Body["access_token"]!;
        Assert.Equal((true, "access_token"), await Introspect(token));
        Assert.Equal((true, "refresh_token"), await Introspect(App.RefreshToken!));
        _portal.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((false, null), await Introspect(token));
    }

    [Fact]
    public async Task Revoked_refresh_token_is_dead_but_its_access_token_lives_on()
    {
        var token = (string)(await Refresh(App.RefreshToken!)).Body["access_token"]!;
        Assert.Equal(200, (await _portal.PostForm($"{Endpoint}/revoke", [.. Client(), ("token", App.RefreshToken!)])).Status);
        Assert.Equal(400, (await Refresh(App.RefreshToken!)).Status);
        _portal.Token = token;
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
    }

    [Fact]
    public async Task Uninstalled_app_is_out_at_once()
    {
        _portal.Token = (string)(await Refresh(App.RefreshToken!)).Body["access_token"]!;
        _portal.Crm.UninstallApp(App.AppId);
        Assert.Equal(401, (await _portal.Get(Portal.Contacts)).Status);
        Assert.Equal(400, (await Refresh(App.RefreshToken!)).Status);
    }

    [Fact]
    public async Task Oauth_app_has_its_own_limit_and_no_daily_headers()
    {
        _portal.Crm.Switches.OAuthTenSecondlyLimit = 2;
        _portal.Token = (string)(await Refresh(App.RefreshToken!)).Body["access_token"]!;
        var headers = (await _portal.Get(Portal.Contacts)).Headers;
        Assert.Equal("2", headers["X-HubSpot-RateLimit-Max"]);
        Assert.DoesNotContain("X-HubSpot-RateLimit-Daily", headers.Keys);

        // A new token of the same app finds the same window.
        _portal.Token = (string)(await Refresh(App.RefreshToken!)).Body["access_token"]!;
        await _portal.Get(Portal.Contacts);
        Assert.Equal(429, (await _portal.Get(Portal.Contacts)).Status);
    }

    [Fact]
    public async Task Old_api_tells_what_a_token_is_and_ends_it()
    {
        var access = (string?)(await Refresh(App.RefreshToken!)).Body["access_token"];
        var told = (await _portal.Get($"/oauth/v1/access-tokens/{access}")).Body;
        Assert.Equal((4242, 1800, "access"), ((int)told["hub_id"]!, (int)told["expires_in"]!, (string?)told["token_type"]));
        var refresh = (await _portal.Get($"/oauth/v1/refresh-tokens/{App.RefreshToken}")).Body;
        Assert.Equal((App.ClientId, "refresh"), ((string?)refresh["client_id"], (string?)refresh["token_type"]));
        Assert.Equal(404, (await _portal.Get("/oauth/v1/access-tokens/nope")).Status);
        Assert.Equal(204, (await _portal.Delete($"/oauth/v1/refresh-tokens/{App.RefreshToken}")).Status);
        Assert.Equal("BAD_REFRESH_TOKEN", (string?)(await Refresh(App.RefreshToken!)).Body["status"]);
        Assert.Equal(404, (await _portal.Get($"/oauth/2026-09/access-tokens/{access}")).Status);
    }

    private static (string, string)[] Client() => [("client_id", App.ClientId), ("client_secret", App.ClientSecret)];

    private Task<Answer> Refresh(string token, string? client = null, string? secret = null, string path = Endpoint) => _portal.PostForm(
        path, ("grant_type", "refresh_token"), ("client_id", client ?? App.ClientId), ("client_secret", secret ?? App.ClientSecret),
        ("refresh_token", token));

    private Task<Answer> Exchange(string code, string redirect) => _portal.PostForm(
        Endpoint, [.. Client(), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect)]);

    private async Task<(bool, string?)> Introspect(string token)
    {
        var answer = await _portal.PostForm($"{Endpoint}/introspect", [.. Client(), ("token", token)]);
        return ((bool)answer.Body["active"]!, (string?)answer.Body["token_use"]);
    }
}
