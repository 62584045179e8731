using System.Net;
using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Auth;

/// <summary>Asks the token endpoint (§1). The instance and the user are taken from every answer, since an org may move.</summary>
internal sealed class SalesforceSignIn(Uri loginUrl, SalesforceGrant grant, Warnings warnings, TimeProvider time)
{
    private const string Doing = "sign-in";

    public async Task<AccessToken> SignInAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(loginUrl, "/services/oauth2/token"))
        {
            Content = new FormUrlEncodedContent(grant.Form(time.GetUtcNow())),
        };
        request.Headers.Accept.ParseAdd("application/json");
        request.Options.Set(new HttpRequestOptionsKey<RequestMark>(RequestMark.Key), RequestMark.Read);
        try
        {
            using var answer = await client.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            return answer.IsSuccessStatusCode ? Token(body) : throw Refusal(answer, ErrorBody.Parse(body));
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, Doing);
        }
    }

    private AccessToken Token(byte[] body)
    {
        if (body.Length == 0)
        {
            throw NoToken();
        }

        using var document = JsonDocument.Parse(body);
        var token = Text(document.RootElement, "access_token") ?? throw NoToken();
        if (grant.Learn(Text(document.RootElement, "refresh_token")) is { } warning)
        {
            warnings.Tell(warning);
        }

        return new AccessToken(token, Uri.TryCreate(Text(document.RootElement, "instance_url"), UriKind.Absolute, out var site) ? site : loginUrl)
        {
            UserId = SalesforceId.OfAnswer(Text(document.RootElement, "id")?.TrimEnd('/').Split('/')[^1]),
        };
    }

    private PortException Refusal(HttpResponseMessage answer, IReadOnlyList<SalesforceError> errors)
    {
        var status = answer.StatusCode;
        if ((int)status is 408 or 420 or >= 500)
        {
            return Failure.Of(answer, errors, Doing);
        }

        var error = errors.Count > 0 ? errors[0].Code : $"HTTP {(int)status}";
        return error is "rate_limit_exceeded" || status is HttpStatusCode.TooManyRequests
            ? new PortException(PortTrouble.Limited, $"Salesforce: {Doing}: {error}.") { RetryAfter = LimitExceeded.DailyPause }
            : new PortException(PortTrouble.SignIn, $"Salesforce refuses the sign-in: {error}{Known(errors)}. {Remedy(error)}");
    }

    private string Remedy(string error) => error switch
    {
        "inactive_user" => "Activate the integration user or choose another one.",
        "inactive_org" => "The org is locked, closed or suspended.",
        _ when error.StartsWith("HTTP", StringComparison.Ordinal) => "Check that LoginUrl is a Salesforce address.",
        _ => grant.Remedy(error),
    };

    // Only phrases that hold nothing personal; a description may name the user.
    private static string Known(IReadOnlyList<SalesforceError> errors)
    {
        string[] phrases = ["no client credentials user enabled", "request not supported on this domain", "client identifier invalid",
            "invalid client credentials", "grant type not supported", "expired access/refresh token", "user hasn't approved this consumer",
            "invalid assertion", "audience is invalid", "expired authorization code", "authentication failure"];
        var words = errors.Count > 0 ? errors[0].Message : "";
        return phrases.FirstOrDefault(phrase => words.Contains(phrase, StringComparison.OrdinalIgnoreCase)) is { } known ? $" ({known})" : "";
    }

    private static PortException NoToken() => new(
        PortTrouble.SignIn, "The token endpoint answered without a token. Check that LoginUrl is a Salesforce address.");

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind is JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
