using System.Net.Http.Headers;

namespace ReverseEtl.Crms.Http;

/// <summary>
/// Puts the token on each request and sends it to the token's site. A refused token is renewed and the request repeated, exactly once.
/// </summary>
internal sealed class TokenHandler(TokenKeeper tokens, AnswerRules rules) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(cancellationToken);
        var answer = await SendWith(token, request, cancellationToken);
        if (!await rules.MayRenewTokenAsync(answer, cancellationToken))
        {
            return answer;
        }

        answer.Dispose();
        return await SendWith(await tokens.RenewAsync(token, cancellationToken), request, cancellationToken);
    }

    private Task<HttpResponseMessage> SendWith(AccessToken token, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        if (token.Site is { } site)
        {
            request.RequestUri = new Uri(site, request.RequestUri!.PathAndQuery);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
