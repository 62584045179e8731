using System.Text;
using ReverseEtl.Crms.Http;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>How to reach one HubSpot account.</summary>
public sealed record HubSpotSettings
{
    /// <summary>The API version used unless the configuration names another one.</summary>
    public const string DefaultVersion = "2026-09";

    private const string DefaultBaseUrl = "https://api.hubapi.com";

    /// <summary>Where the API is.</summary>
    public Uri BaseUrl { get; init; } = new(DefaultBaseUrl);

    /// <summary><c>2026-09</c>, <c>2026-03</c>, or <c>v3</c> or <c>v4</c>, which mean the same: the last undated API, whose associations are v4.</summary>
    public string ApiVersion { get; init; } = DefaultVersion;

    /// <summary>
    /// Bearer token that does not expire: a service key, the static token of a project app or that of a legacy private app. A secret.
    /// Empty with <see cref="OAuth"/>.
    /// </summary>
    public string AccessToken { get; init; } = "";

    /// <summary>The OAuth app to sign in as instead; null with a static token.</summary>
    public HubSpotOAuth? OAuth { get; init; }

    /// <summary>
    /// The app behind the token, as histories of properties name it in <c>sourceId</c>; null to ask HubSpot, which not every kind of token
    /// may do. A wrong one makes our own changes look like somebody else's.
    /// </summary>
    public string? AppId { get; init; }

    /// <summary>How much of the account's daily requests this connection may use.</summary>
    public DailyBudget DailyApiBudget { get; init; } = DailyBudget.All;

    /// <summary>
    /// How much of each window this connection may use, in percent: the rest stays free for other jobs of the same app, and of the account
    /// as far as searches go.
    /// </summary>
    public int RateSharePercent { get; init; } = 100;

    /// <summary>Requests under way at the same time, at least 1.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>Searches a second. HubSpot allows five an account, all apps together, and announces it in no header.</summary>
    public int SearchPerSecond { get; init; } = 5;

    /// <summary>
    /// Requests in ten seconds until an answer's headers tell the account's own number. 100 is what the smallest account has.
    /// </summary>
    public int RequestsPerTenSeconds { get; init; } = 100;

    /// <summary>Longest time for one attempt. HubSpot itself gives up after 100 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Reads the settings of a connection.</summary>
    /// <exception cref="CrmSettingsException">A setting is missing or wrong.</exception>
    public static HubSpotSettings Read(CrmConnection connection) => new()
    {
        BaseUrl = connection.Address("BaseUrl", DefaultBaseUrl),
        ApiVersion = Version(connection),
        OAuth = HubSpotOAuth.Read(connection),
        AccessToken = HubSpotOAuth.IsAsked(connection) ? "" : connection.Require("AccessToken"),
        AppId = connection.Find("AppId"),
        DailyApiBudget = connection.Budget("DailyApiBudget"),
        RateSharePercent = connection.Int("RateSharePercent", 100, 1, 100),
        Parallelism = connection.Int("Parallelism", 4, 1, 25),
        SearchPerSecond = connection.Int("SearchPerSecond", 5, 1, 100),
        RequestsPerTenSeconds = connection.Int("RequestsPerTenSeconds", 100, 1, 1_000),
        RequestTimeout = connection.Length("RequestTimeout", TimeSpan.FromMinutes(2)),
    };

    private static string Version(CrmConnection connection)
    {
        var version = connection.Find("ApiVersion") ?? DefaultVersion;
        return HubSpotPaths.Versions.Contains(version, StringComparer.Ordinal)
            ? version
            : throw new CrmSettingsException(
                connection.Name, "ApiVersion", $"must be one of: {string.Join(", ", HubSpotPaths.Versions)}.");
    }

    // A record prints its members; a token must never end up in a log line that way.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(nameof(BaseUrl)).Append(" = ").Append(BaseUrl).Append(", ")
            .Append(nameof(ApiVersion)).Append(" = ").Append(ApiVersion);
        return true;
    }
}
