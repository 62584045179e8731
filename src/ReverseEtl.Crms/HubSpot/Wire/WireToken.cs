using System.Text.Json.Serialization;

namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>Asks what a token is. A class, since a record would print the token.</summary>
internal sealed class WireTokenKey(string token)
{
    /// <summary>The token itself: a secret.</summary>
    public string TokenKey => token;
}

/// <summary>A token for an OAuth app. A class, since a record would print the token.</summary>
internal sealed class WireOAuthToken
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("expires_in")]
    public long? ExpiresIn { get; init; }
}

/// <summary>Why the token endpoint refuses: RFC 6749's word, and HubSpot's own.</summary>
internal sealed record WireOAuthRefusal(string? Error, string? Status);

/// <summary>What a token of an OAuth app is.</summary>
internal sealed record WireIntrospection([property: JsonPropertyName("app_id")] string? AppId);

/// <summary>What a token is.</summary>
internal sealed record WireTokenInfo
{
    /// <summary>The app that it belongs to.</summary>
    public string? AppId { get; init; }
}
