namespace ReverseEtl.Crms.HubSpot;

/// <summary>How to reach one HubSpot account.</summary>
public sealed record HubSpotSettings
{
    /// <summary>Where the API is.</summary>
    public Uri BaseUrl { get; init; } = new("https://api.hubapi.com");

    /// <summary><c>2026-09</c>, <c>2026-03</c> or <c>v3</c>.</summary>
    public string ApiVersion { get; init; } = "2026-09";

    /// <summary>
    /// Bearer token that does not expire: a service key, the static token of a project app or that of a legacy private app. A secret.
    /// </summary>
    public string AccessToken { get; init; } = "";

    /// <summary>
    /// How much of the account's daily requests this connection may use: a number of requests or a share such as <c>40%</c>;
    /// null for all of it.
    /// </summary>
    public string? DailyApiBudget { get; init; }

    /// <summary>Requests under way at the same time, at least 1.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>Searches a second. HubSpot allows five an account, all apps together, and announces it in no header.</summary>
    public int SearchPerSecond { get; init; } = 5;

    /// <summary>
    /// Requests in ten seconds until an answer's headers tell the account's own number. 100 is what the smallest account has.
    /// </summary>
    public int RequestsPerTenSeconds { get; init; } = 100;

    // A record prints its members; a token must never end up in a log line that way.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append(nameof(BaseUrl)).Append(" = ").Append(BaseUrl).Append(", ")
            .Append(nameof(ApiVersion)).Append(" = ").Append(ApiVersion);
        return true;
    }
}
