using System.Net;
using Refit;

namespace ReverseEtl.Crms.Http;

/// <summary>
/// The way to one CRM account. Outside in: repeat, token, limits and count, one bounded attempt, wire. Requests sent through
/// <see cref="Client"/> end in an answer (see <see cref="SendTrail"/>), a <see cref="LostAnswerException"/>, a
/// <see cref="SendOverdueException"/> or a <see cref="Engine.Ports.PortException"/>.
/// </summary>
public sealed class CrmHttp : IDisposable
{
    private readonly MeterHandler _meter;

    /// <summary>Builds the way.</summary>
    /// <param name="baseAddress">Where requests go unless the token names a site.</param>
    /// <param name="wire">The innermost handler; not disposed here. It must not follow redirects.</param>
    /// <param name="rules">How this CRM's answers are read.</param>
    /// <param name="limits">What the account may be asked for.</param>
    /// <param name="send">How to send.</param>
    /// <param name="time">All waiting and timing.</param>
    /// <param name="random">Randomness of the backoff.</param>
    /// <param name="signIn">Gets a token, given a client without token, limits and count.</param>
    public CrmHttp(
        Uri baseAddress,
        HttpMessageHandler wire,
        AnswerRules rules,
        AccountLimits limits,
        SendSettings send,
        TimeProvider time,
        Random random,
        Func<HttpClient, Task<AccessToken>> signIn)
    {
        Limiter = new AccountLimiter(limits, time);
        Jitter = new Jitter(random);
        SignInClient = NewClient(baseAddress, Repeating(rules, send, time, Attempt(send, time, wire)));
        Tokens = new TokenKeeper(() => signIn(SignInClient), time);
        _meter = new MeterHandler(Limiter, rules, time) { InnerHandler = Attempt(send, time, wire) };
        Client = NewClient(baseAddress, Repeating(rules, send, time, new TokenHandler(Tokens, rules) { InnerHandler = _meter }));
    }

    /// <summary>Sends requests of this account.</summary>
    public HttpClient Client { get; }

    /// <summary>Sends requests without token, limits and count: sign-in, and what the CRM answers to anybody.</summary>
    public HttpClient SignInClient { get; }

    /// <summary>The account's gate.</summary>
    public AccountLimiter Limiter { get; }

    /// <summary>The account's token.</summary>
    public TokenKeeper Tokens { get; }

    /// <summary>The connection's randomness, for waits outside the pipeline.</summary>
    public Jitter Jitter { get; }

    /// <summary>Requests sent, repeats included, sign-in and unmetered ones left out.</summary>
    public long Calls => _meter.Calls;

    /// <summary>
    /// A Refit client whose failures arrive as the pipeline raised them: Refit would wrap each into one that carries the request and
    /// its token.
    /// </summary>
    public T Api<T>() => RestService.For<T>(Client, new RefitSettings
    {
        TransportExceptionFactory = static (_, e, _) => e,
    });

    /// <summary>A wire over sockets, as every connector needs it: no redirects, no cookies, compressed answers.</summary>
    public static SocketsHttpHandler NewWire() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <inheritdoc />
    public void Dispose()
    {
        Client.Dispose();
        SignInClient.Dispose();
        Limiter.Dispose();
    }

    private RetryHandler Repeating(AnswerRules rules, SendSettings send, TimeProvider time, HttpMessageHandler inner) =>
        new(send, rules, time, Jitter) { InnerHandler = inner };

    private static AttemptHandler Attempt(SendSettings send, TimeProvider time, HttpMessageHandler wire) =>
        new(send, time) { InnerHandler = wire };

    // The wire may be shared, so disposing a client must not reach it. Attempts bound themselves; the client's own clock is not ours.
    private static HttpClient NewClient(Uri baseAddress, HttpMessageHandler chain) =>
        new(chain, disposeHandler: false) { BaseAddress = baseAddress, Timeout = Timeout.InfiniteTimeSpan };
}
