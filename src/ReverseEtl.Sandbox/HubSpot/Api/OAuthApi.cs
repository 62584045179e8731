using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Tokens of OAuth apps (reference §1.1). Parameters count in the body only, as a form.</summary>
internal sealed class OAuthApi(HubSpotWorld world)
{
    private const string HubDomain = "sandbox.example.com";

    /// <summary>How long an access token lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1800);

    /// <summary>Answers a request that carries no bearer token.</summary>
    public SandboxResponse Handle(SandboxRequest request, ApiPath path)
    {
        var form = Form(request);
        try
        {
            return (request.Method, path.Rest) switch
            {
                ("POST", ["token"]) => SandboxResponse.Json(200, Token(form, path)),
                ("POST", ["token", "introspect"]) => SandboxResponse.Json(200, Introspect(form)),
                ("POST", ["token", "revoke"]) => Revoke(form),
                ("GET", ["access-tokens", var token]) when path.Version == ApiVersion.V1 => SandboxResponse.Json(200, AccessToken(token)),
                ("GET", ["refresh-tokens", var token]) when path.Version == ApiVersion.V1 => SandboxResponse.Json(200, RefreshToken(token)),
                ("DELETE", ["refresh-tokens", var token]) when path.Version == ApiVersion.V1 => Delete(token),
                (_, ["token"] or ["token", _]) => ApiCall.MethodNotAllowed(),
                _ => ApiCall.NoSuchEndpoint(),
            };
        }
        catch (OAuthRefusalException e)
        {
            return SandboxResponse.Json(400, e.Body);
        }
    }

    private JsonObject Token(Dictionary<string, string> form, ApiPath path)
    {
        var app = Client(form);
        switch (form.GetValueOrDefault("grant_type"))
        {
            case "authorization_code":
                var grant = world.Grants.TakeCode(form.GetValueOrDefault("code") ?? "");
                Unless(grant?.App == app, "invalid_grant", "BAD_AUTH_CODE", "missing or unknown auth code");
                Unless(
                    grant!.Value.RedirectUri == form.GetValueOrDefault("redirect_uri"), "invalid_grant", "BAD_REDIRECT_URI",
                    "missing or invalid redirect uri");
                return Issue(app, NewRefresh(app), path);
            case "refresh_token":
                var token = form.GetValueOrDefault("refresh_token") ?? "";
                Unless(!world.Switches.HubIsGone, "access_denied", "BAD_HUB", "missing or unknown hub id");
                Unless(
                    world.Grants.AppOfRefresh(token) == app, "invalid_grant", "BAD_REFRESH_TOKEN",
                    "refresh token is invalid, expired or revoked");
                return Issue(app, Rotated(app, token), path);
            default:
                throw new OAuthRefusalException("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type");
        }
    }

    private HubSpotApp Client(Dictionary<string, string> form)
    {
        var app = world.Options.Apps.FirstOrDefault(a => a.ClientId == form.GetValueOrDefault("client_id"));
        Unless(app is not null, "invalid_client", "BAD_CLIENT_ID", "missing or unknown client id");
        Unless(
            app!.ClientSecret == form.GetValueOrDefault("client_secret"), "invalid_client", "BAD_CLIENT_SECRET",
            "missing or invalid client secret");
        return app;
    }

    private JsonObject Issue(HubSpotApp app, string refresh, ApiPath path)
    {
        var token = new HubSpotToken($"C{world.NextCorrelationId()}", app.AppId, app.Scopes) { ExpiresAt = world.Now + Lifetime };
        world.Tokens[token.Token] = token;
        var answer = new JsonObject
        {
            ["token_type"] = "bearer",
            ["access_token"] = token.Token,
            ["refresh_token"] = refresh,
            ["expires_in"] = (int)Lifetime.TotalSeconds,
        };
        if (path.Version != ApiVersion.V1)
        {
            answer["hub_id"] = world.Options.PortalId;
            answer["scopes"] = Texts(app.Scopes);
            answer["token_use"] = "access_token";
        }

        return answer;
    }

    private string Rotated(HubSpotApp app, string token)
    {
        if (!world.Switches.RefreshTokensRotate)
        {
            return token;
        }

        world.Grants.Revoke(token);
        return NewRefresh(app);
    }

    private string NewRefresh(HubSpotApp app)
    {
        var token = $"eu1-{world.NextCorrelationId()}";
        world.Grants.AddRefresh(token, app);
        return token;
    }

    private JsonObject Introspect(Dictionary<string, string> form)
    {
        var app = Client(form);
        var text = form.GetValueOrDefault("token") ?? "";
        if (world.Grants.AppOfRefresh(text) == app)
        {
            return Active(app, "refresh_token", null);
        }

        return world.Tokens.GetValueOrDefault(text) is { ExpiresAt: { } ends } token && token.AppId == app.AppId && ends > world.Now
            ? Active(app, "access_token", (long)(ends - world.Now).TotalSeconds)
            : new JsonObject { ["active"] = false };
    }

    private JsonObject Active(HubSpotApp app, string use, long? seconds)
    {
        var json = new JsonObject
        {
            ["active"] = true,
            ["hub_id"] = world.Options.PortalId,
            ["user_id"] = world.Options.UserId,
            ["app_id"] = Number(app),
            ["client_id"] = app.ClientId,
            ["user"] = User,
            ["hub_domain"] = HubDomain,
            ["scopes"] = Texts(app.Scopes),
            ["token_use"] = use,
            ["token_type"] = "bearer",
        };
        if (seconds is not null)
        {
            json["expires_in"] = seconds;
        }

        return json;
    }

    /// <summary>What an access token is, as the old API tells; it asks for no client.</summary>
    private JsonObject AccessToken(string text) =>
        world.Tokens.GetValueOrDefault(text) is { ExpiresAt: { } ends } token && ends > world.Now && AppOf(token) is { } app
            ? Metadata(app, text, "access", (long)(ends - world.Now).TotalSeconds)
            : throw new RefusalException(Failure.NotFound());

    private JsonObject RefreshToken(string text) => world.Grants.AppOfRefresh(text) is { } app
        ? Metadata(app, text, "refresh", null)
        : throw new RefusalException(Failure.NotFound());

    private SandboxResponse Delete(string text) => world.Grants.Revoke(text)
        ? SandboxResponse.Empty(204)
        : throw new RefusalException(Failure.NotFound());

    private JsonObject Metadata(HubSpotApp app, string token, string type, long? seconds)
    {
        var json = new JsonObject
        {
            ["token"] = token,
            ["user"] = User,
            ["hub_domain"] = HubDomain,
            ["scopes"] = Texts(app.Scopes),
            ["hub_id"] = world.Options.PortalId,
            ["app_id"] = Number(app),
            ["client_id"] = app.ClientId,
            ["user_id"] = world.Options.UserId,
            ["token_type"] = type,
        };
        if (seconds is not null)
        {
            json["expires_in"] = seconds;
        }

        return json;
    }

    private string User => (world.Owners.Find(o => o.UserId == world.Options.UserId) ?? world.Owners[0]).Email;

    private HubSpotApp? AppOf(HubSpotToken token) => world.Options.Apps.FirstOrDefault(a => a.AppId == token.AppId);

    private static JsonNode Number(HubSpotApp app) => long.TryParse(app.AppId, out var number) ? number : app.AppId;

    /// <summary>Ends a refresh token; access tokens made with it live on to their end.</summary>
    private SandboxResponse Revoke(Dictionary<string, string> form)
    {
        Client(form);
        world.Grants.Revoke(form.GetValueOrDefault("token") ?? "");
        return SandboxResponse.Empty(200);
    }

    private static JsonArray Texts(IReadOnlySet<string>? scopes) =>
        new([.. (scopes ?? new HashSet<string> { "oauth" }).Order(StringComparer.Ordinal).Select(s => JsonValue.Create(s))]);

    private static void Unless(bool condition, string error, string status, string message)
    {
        if (!condition)
        {
            throw new OAuthRefusalException(error, status, message);
        }
    }

    private static Dictionary<string, string> Form(SandboxRequest request)
    {
        var isForm = request.Header("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is true;
        var form = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in isForm ? request.Text.Split('&', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            var pair = part.Split('=', 2);
            form[Decode(pair[0])] = pair.Length == 2 ? Decode(pair[1]) : "";
        }

        return form;

        static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }

    /// <summary>A refusal in the form of RFC 6749, with HubSpot's own members beside it.</summary>
    private sealed class OAuthRefusalException(string error, string status, string message) : Exception(message)
    {
        public JsonObject Body => new()
        {
            ["error"] = error,
            ["error_description"] = Message,
            ["status"] = status,
            ["message"] = Message,
        };
    }
}
