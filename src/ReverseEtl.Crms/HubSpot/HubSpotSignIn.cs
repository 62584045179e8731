using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Gets tokens for an OAuth app (reference §1.1). A token is renewed ahead of its end: a 401 is no sign that it is time.</summary>
/// <remarks>
/// Whether HubSpot ever answers another refresh token is not known. One that comes is used from then on, but lives only as long as the
/// process: nothing here is stored, and people are told.
/// </remarks>
internal sealed class HubSpotSignIn(HubSpotOAuth app, HubSpotPaths paths, HubSpotAnswerRules rules, TimeProvider time, Warnings warnings)
{
    private const string Rotated =
        "HubSpot gave another refresh token in the place of the configured one. It is used from now on and stored nowhere: should HubSpot "
        + "refuse the next start, authorise the app again and set RefreshToken.";

    private const string Doing = "signing in";
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(120);

    // What HubSpot documents, for an answer that leaves it out: with none, every request would sign in.
    private const long UsualLife = 1_800;
    private string _refreshToken = app.RefreshToken;

    /// <summary>A new access token.</summary>
    /// <exception cref="PortException">SignIn when the app or its grant is refused; otherwise what passes.</exception>
    public async Task<AccessToken> SignInAsync(HttpClient client)
    {
        var asked = time.GetUtcNow();
        var answer = await PostAsync(client, paths.Token, ("grant_type", "refresh_token"), ("refresh_token", _refreshToken));
        if (!answer.IsSuccess)
        {
            throw Refusal(answer);
        }

        var token = answer.Read<WireOAuthToken>(Doing);
        if (token.AccessToken is not { Length: > 0 } value)
        {
            throw new PortException(PortTrouble.SignIn, "HubSpot's token endpoint answered without a token. Check BaseUrl.");
        }

        if (token.RefreshToken is { Length: > 0 } refresh && refresh != _refreshToken)
        {
            _refreshToken = refresh;
            warnings.Tell(Rotated);
        }

        // Half of a life shorter than expected still leaves requests time to arrive.
        var life = TimeSpan.FromSeconds(token.ExpiresIn is { } told and > 0 ? told : UsualLife);
        return new AccessToken(value) { RenewAt = asked + (life > 2 * Ahead ? life - Ahead : life / 2) };
    }

    /// <summary>The app's id; null when HubSpot does not tell.</summary>
    public async Task<string?> AppIdAsync(HttpClient client)
    {
        var answer = await PostAsync(
            client, paths.Introspection, ("token", _refreshToken), ("token_type_hint", "refresh_token"));
        return answer.IsSuccess ? answer.Read<WireIntrospection>("asking for the token's app").AppId
            : answer.Status is 408 or 423 or 429 or 477 or >= 500 ? throw Refusal(answer)
            : null;
    }

    private async Task<HubSpotAnswer> PostAsync(HttpClient client, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new FormUrlEncodedContent(
                fields.Concat([("client_id", app.ClientId), ("client_secret", app.ClientSecret)]).Select(f => KeyValuePair.Create(f.Item1, f.Item2))),
        };
        request.Options.Set(new HttpRequestOptionsKey<RequestMark>(RequestMark.Key), RequestMark.Read);
        try
        {
            using var answer = await client.SendAsync(request);
            return new HubSpotAnswer((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync()) { RetryAfter = rules.Pause(answer) };
        }
        catch (LostAnswerException lost)
        {
            throw new PortException(PortTrouble.Unavailable, $"HubSpot cannot be used now: {lost.Message}", lost);
        }
    }

    private static PortException Refusal(HubSpotAnswer answer)
    {
        if (answer.Status is not (400 or 401 or 403))
        {
            return answer.Failure(Doing);
        }

        var refusal = HubSpotJson.TryRead<WireOAuthRefusal>(answer.Body) ?? new WireOAuthRefusal(null, null);
        var remedy = refusal switch
        {
            { Status: "BAD_CLIENT_ID" or "BAD_CLIENT_SECRET" } or { Error: "invalid_client" } =>
                "Check ClientId and ClientSecret of this connection.",
            { Status: "BAD_HUB" } or { Error: "access_denied" } => "The account is gone or the app was removed from it.",
            { Error: "invalid_grant" } => "The refresh token is revoked or wrong: authorise the app again and set RefreshToken.",
            _ => "Check the app's settings.",
        };
        var named = refusal.Status ?? refusal.Error;
        return new PortException(PortTrouble.SignIn, $"HubSpot refuses the sign-in{(named is null ? "" : $" ({named})")}. {remedy}");
    }
}
