using System.Runtime.ExceptionServices;
using Refit;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Sends requests to one HubSpot account: sign-in, limits and safe repeats are inside.</summary>
internal sealed class HubSpotClient : IDisposable
{
    // Requests of other clients and the way to HubSpot blur its window; a little more than its ten seconds keeps clear of the edge.
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10.25);
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1.05);
    private const int MostPerTenSeconds = 1_000;

    private static readonly RequestMark Linking = RequestMark.Read with { Lane = HubSpotAnswerRules.AssociationLane };
    private static readonly RequestMark Searching = RequestMark.Read with { Lane = HubSpotAnswerRules.SearchLane };
    private readonly CrmHttp _http;
    private readonly HubSpotAnswerRules _rules;
    private readonly IHubSpotApi _api;
    private readonly string _token;
    private readonly HubSpotSignIn? _signIn;
    private readonly Warnings _warnings = new();

    public HubSpotClient(HubSpotSettings settings, HubSpotPaths paths, HttpMessageHandler wire, TimeProvider time, Random random)
    {
        var share = new RateShare(settings.RateSharePercent);
        _rules = new HubSpotAnswerRules(time, share, renewsTokens: settings.OAuth is not null);
        _signIn = settings.OAuth is { } app ? new HubSpotSignIn(app, paths, _rules, time, _warnings) : null;
        _token = settings.AccessToken.Trim();
        var limits = new AccountLimits
        {
            Concurrency = settings.Parallelism,
            Windows =
            [
                new RateWindow(MostPerTenSeconds, TenSeconds) { Lane = "" },
                new RateWindow(MostPerTenSeconds, TenSeconds) { Lane = HubSpotAnswerRules.AssociationLane },
                new RateWindow(share.Of(settings.SearchPerSecond), OneSecond) { Lane = HubSpotAnswerRules.SearchLane },
            ],
            Daily = settings.DailyApiBudget,
        };
        var send = new SendSettings { AttemptTimeout = settings.RequestTimeout };
        _http = new CrmHttp(
            settings.BaseUrl, wire, _rules, limits, send, time, random,
            client => _signIn?.SignInAsync(client) ?? Task.FromResult(StaticToken(settings)));

        // Until an answer tells the account's own number, which may be higher.
        var permits = share.Of(settings.RequestsPerTenSeconds);
        _http.Limiter.ObserveWindow("", permits, permits);
        _http.Limiter.ObserveWindow(HubSpotAnswerRules.AssociationLane, permits, permits);
        _api = RestService.For<IHubSpotApi>(_http.Client, new RefitSettings(new SystemTextJsonContentSerializer(HubSpotJson.Options)));
    }

    /// <summary>Requests made so far, repeats included.</summary>
    public long Calls => _http.Calls;

    /// <summary>How much of the day is used; null before HubSpot told, and for OAuth apps, which it does not tell.</summary>
    public CrmUse? Use => _http.Limiter.Use;

    /// <summary>What people are to be warned of.</summary>
    public Warnings Warnings => _warnings;

    /// <summary>Learns when the account's day ends.</summary>
    public void LearnClock(WireAccount account) => _rules.LearnClock(account);

    public Task<HubSpotAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        ReadAsync(() => _api.Get(path, RequestMark.Read, cancellationToken), cancellationToken);

    public Task<HubSpotAnswer> ListAsync(
        string path, int? limit, string? after, bool archived, IReadOnlyList<string>? properties, CancellationToken cancellationToken) =>
        ReadAsync(
            () => _api.List(path, limit, after, archived ? "true" : "false", properties, RequestMark.Read, cancellationToken),
            cancellationToken);

    public Task<HubSpotAnswer> SearchAsync(string path, WireSearch search, CancellationToken cancellationToken) =>
        ReadAsync(() => _api.Search(path, search, Searching, cancellationToken), cancellationToken);

    public Task<HubSpotAnswer> BatchReadAsync(string path, WireBatchRead batch, bool archived, CancellationToken cancellationToken) =>
        ReadAsync(() => _api.BatchRead(path, batch, archived ? "true" : null, RequestMark.Read, cancellationToken), cancellationToken);

    /// <summary>The app that the token belongs to; null when HubSpot does not tell.</summary>
    /// <exception cref="PortException">HubSpot cannot be asked now.</exception>
    public async Task<string?> AppIdAsync(CancellationToken cancellationToken)
    {
        const string What = "asking for the token's app";
        if (_signIn is not null)
        {
            return await _signIn.AppIdAsync(_http.SignInClient);
        }

        var answer = await ReadAsync(
            () => _api.TokenInfo(HubSpotPaths.TokenInfo, new WireTokenKey(_token), RequestMark.Read, cancellationToken), cancellationToken);

        // A kind of token that this is not for may be refused with a 401 here and be good everywhere else.
        return answer.Status is 408 or 423 or 429 or 477 or >= 500 ? throw answer.Failure(What)
            : answer.IsSuccess ? answer.Read<WireTokenInfo>(What).AppId
            : null;
    }

    /// <summary>What links can be.</summary>
    public Task<HubSpotAnswer> LinkKindsAsync(string path, CancellationToken cancellationToken) =>
        ReadAsync(() => _api.Get(path, Linking, cancellationToken), cancellationToken);

    /// <summary>Reads links.</summary>
    public Task<HubSpotAnswer> ReadLinksAsync(string path, WireLinkRead read, CancellationToken cancellationToken) =>
        ReadAsync(() => _api.Post(path, read, Linking, cancellationToken), cancellationToken);

    /// <summary>Writes links. Answers and exceptions as for a batch of records.</summary>
    public Task<HubSpotAnswer?> WriteLinksAsync<TBody>(string path, TBody body, DateTimeOffset sendBy, CancellationToken cancellationToken) =>
        WriteAsync(
            mark => _api.Post(path, body, mark with { Lane = HubSpotAnswerRules.AssociationLane }, cancellationToken), repeats: true, sendBy);

    /// <summary>Makes a part of the account's set-up, which is there or refused as a duplicate when it is made twice.</summary>
    public Task<HubSpotAnswer> ConfigureAsync<TBody>(string path, TBody body, CancellationToken cancellationToken) =>
        ReadAsync(() => _api.Post(path, body, RequestMark.IdempotentWrite, cancellationToken), cancellationToken);

    /// <summary>Sends records to be written.</summary>
    /// <returns>Null when the answer was lost and the batch may have been carried out.</returns>
    /// <exception cref="PortException">Nothing was carried out.</exception>
    /// <exception cref="SendOverdueException">Nothing was carried out, and the time to send was over.</exception>
    public Task<HubSpotAnswer?> BatchWriteAsync(
        string path, WireBatch batch, bool repeats, DateTimeOffset sendBy, CancellationToken cancellationToken) =>
        WriteAsync(mark => _api.BatchWrite(path, batch, mark, cancellationToken), repeats, sendBy);

    /// <summary>Removes a record for good. Answers and exceptions as for a batch.</summary>
    public Task<HubSpotAnswer?> PurgeAsync(string path, string id, DateTimeOffset sendBy, CancellationToken cancellationToken) =>
        WriteAsync(mark => _api.Purge(path, new WirePurge(id), mark, cancellationToken), repeats: true, sendBy);

    private async Task<HubSpotAnswer?> WriteAsync(
        Func<RequestMark, Task<HttpResponseMessage>> send, bool repeats, DateTimeOffset sendBy)
    {
        var mark = (repeats ? RequestMark.IdempotentWrite : RequestMark.SingleWrite) with { SendBy = sendBy };
        try
        {
            var answer = await SendAsync(() => send(mark));
            return answer.IsOpen ? null : answer;
        }
        catch (LostAnswerException lost) when (lost.MayHaveHappened)
        {
            return null;
        }
        catch (LostAnswerException lost)
        {
            throw Unreachable(lost);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<HubSpotAnswer> ReadAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await SendAsync(send);
        }
        catch (LostAnswerException lost)
        {
            throw Unreachable(lost);
        }
    }

    private async Task<HubSpotAnswer> SendAsync(Func<Task<HttpResponseMessage>> send)
    {
        try
        {
            using var answer = await send();
            return new HubSpotAnswer((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync())
            {
                Date = answer.Headers.Date,
                RetryAfter = _rules.Pause(answer),
                IsOpen = SendTrail.Of(answer).IsOpen,
                MayHaveHappened = SendTrail.Of(answer).MayHaveHappened,
            };
        }
        catch (ApiRequestException e) when (e.InnerException is { } inner)
        {
            // Refit wraps whatever the way below throws.
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private static PortException Unreachable(LostAnswerException lost) =>
        new(PortTrouble.Unavailable, $"HubSpot cannot be used now: {lost.Message}", lost);

    private static AccessToken StaticToken(HubSpotSettings settings) => settings.AccessToken.Trim() is { Length: > 0 } token
        ? new AccessToken(token)
        : throw new PortException(PortTrouble.SignIn, "This HubSpot connection has no AccessToken; set it to a service key or app token.");
}
