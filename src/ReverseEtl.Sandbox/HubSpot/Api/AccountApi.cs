using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The account itself: details, daily use, and what its tokens are.</summary>
internal sealed class AccountApi(HubSpotWorld world, RateLimiter limiter)
{
    public const string UiDomain = "app-eu1.hubspot.com";

    public SandboxResponse Handle(ApiCall call) => (call.Method, call.Rest) switch
    {
        ("POST", ["get", "access-token-info"]) when call.Path.Family is ApiFamily.PrivateApps && world.Switches.TokenInfo => ApiCall.Ok(Token(call)),
        ("GET", ["details"]) => ApiCall.Ok(Details()),
        ("GET", ["api-usage", "daily", "private-apps"]) => ApiCall.Ok(Usage()),
        (_, ["details"]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private JsonObject Token(ApiCall call)
    {
        var key = Json.Required(call.Body, "tokenKey");
        var token = world.Tokens.GetValueOrDefault(key) ?? throw new RefusalException(Failure.NotFound());
        var scopes = token.Scopes ?? new HashSet<string>();
        return new JsonObject
        {
            ["userId"] = world.Options.UserId,
            ["hubId"] = world.Options.PortalId,
            ["appId"] = long.TryParse(token.AppId, out var number) ? number : token.AppId,
            ["scopes"] = new JsonArray([.. scopes.Order(StringComparer.Ordinal).Select(scope => JsonValue.Create(scope))]),
        };
    }

    private JsonObject Details()
    {
        var offset = world.TimeZone.GetUtcOffset(world.Now);
        return new JsonObject
        {
            ["portalId"] = world.Options.PortalId,
            ["accountType"] = "DEVELOPER_TEST",
            ["timeZone"] = world.TimeZone.Id,
            ["companyCurrency"] = "EUR",
            ["additionalCurrencies"] = new JsonArray(),
            ["utcOffset"] = $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}",
            ["utcOffsetMilliseconds"] = (long)offset.TotalMilliseconds,
            ["uiDomain"] = UiDomain,
            ["dataHostingLocation"] = "eu1",
            ["portalName"] = "Sandbox",
            ["createdAt"] = world.CreatedAt.ToUnixTimeMilliseconds(),
        };
    }

    private JsonObject Usage() => new()
    {
        ["results"] = !world.Switches.DailyUsageIsTold ? new JsonArray() : new JsonArray(new JsonObject
        {
            ["name"] = "private-apps-api-calls-daily",
            ["usageLimit"] = world.Switches.DailyLimit,
            ["currentUsage"] = limiter.UsedToday,
            ["collectedAt"] = Instant.Text(world.Now),
            ["fetchStatus"] = "SUCCESS",
            ["resetsAt"] = Instant.Text(limiter.ResetsAt),
        }),
    };
}
