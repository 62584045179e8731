using System.Net;
using System.Net.Sockets;
using ReverseEtl.Crms.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Http;

public sealed class CrmHttpTests : IDisposable
{
    private readonly JumpTime _time = new();
    private readonly ScriptedWire _wire = new();
    private readonly CrmHttp _http;
    private int _signIns;

    public CrmHttpTests() => _http = new CrmHttp(
        new Uri("https://crm.example/"),
        _wire,
        new AnswerRules(_time),
        new AccountLimits(),
        new SendSettings { MaxAttempts = 4, AttemptTimeout = TimeSpan.FromMinutes(10) },
        _time,
        new Random(1),
        async _ =>
        {
            await Task.Yield();
            return new AccessToken($"token-{Interlocked.Increment(ref _signIns)}", new Uri("https://site.example"));
        });

    public void Dispose()
    {
        _http.Dispose();
        _wire.Dispose();
    }

    [Fact]
    public async Task Request_goes_to_the_tokens_site_with_the_token()
    {
        _wire.Then(200, "{}");
        await Send(HttpMethod.Get);
        Assert.Equal(("site.example", "/x?a=%2B", "Bearer token-1"), (_wire.Requests[0].Host, _wire.Requests[0].PathAndQuery, _wire.Requests[0].Headers["Authorization"]));
        Assert.Equal(1, _http.Calls);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(420)]
    [InlineData(423)]
    [InlineData(429)]
    [InlineData(477)]
    public async Task Read_is_repeated_after_passing_trouble(int status)
    {
        _wire.Then(status, "<html>").Then(status).Then(200, "{}");
        Assert.Equal(HttpStatusCode.OK, (await Send(HttpMethod.Get)).StatusCode);
        Assert.Equal(3, _http.Calls);
    }

    [Fact]
    public async Task Attempts_are_bounded_and_the_last_answer_is_handed_on()
    {
        _wire.Otherwise = _ => ScriptedWire.Answer(502, "<html>");
        var answer = await Send(HttpMethod.Get);
        Assert.Equal((502, 4), ((int)answer.StatusCode, _wire.Requests.Count));
        Assert.True(SendTrail.Of(answer).IsOpen);
    }

    [Fact]
    public async Task Write_that_must_not_happen_twice_is_not_repeated_after_500()
    {
        _wire.Then(500);
        var answer = await Send(HttpMethod.Post, RequestMark.SingleWrite);
        Assert.True(SendTrail.Of(answer).IsOpen);
        Assert.Single(_wire.Requests);
    }

    [Fact]
    public async Task Write_that_was_turned_away_is_repeated_even_if_it_must_not_happen_twice()
    {
        _wire.Then(429).Then(201, "{}");
        Assert.Equal(201, (int)(await Send(HttpMethod.Post)).StatusCode);
        Assert.Equal("body", _wire.Requests[1].Body);
    }

    [Fact]
    public async Task Lost_answer_to_a_single_write_is_raised_as_possibly_done()
    {
        _wire.ThenThrow(new HttpRequestException(HttpRequestError.ResponseEnded, "reset"));
        var e = await Assert.ThrowsAsync<LostAnswerException>(() => Send(HttpMethod.Post));
        Assert.True(e.MayHaveHappened);
        Assert.Single(_wire.Requests);
    }

    [Fact]
    public async Task Failed_connect_is_repeated_even_for_a_single_write_and_raised_as_not_done()
    {
        for (var i = 0; i < 4; i++)
        {
            _wire.ThenThrow(new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused)));
        }

        var e = await Assert.ThrowsAsync<LostAnswerException>(() => Send(HttpMethod.Post));
        Assert.False(e.MayHaveHappened);
        Assert.Equal(4, _wire.Requests.Count);
    }

    [Fact]
    public async Task Idempotent_write_is_repeated_after_a_lost_answer()
    {
        _wire.ThenThrow(new IOException("reset")).Then(200, "{}");
        var answer = await Send(HttpMethod.Patch);
        Assert.True(SendTrail.Of(answer) is { MayHaveHappened: true, IsOpen: false, Attempts: 2 });
    }

    [Fact]
    public async Task Refusal_after_a_lost_answer_leaves_the_write_open()
    {
        _wire.ThenThrow(new IOException("reset"));
        _wire.Otherwise = _ => ScriptedWire.Answer(429);
        Assert.True(SendTrail.Of(await Send(HttpMethod.Patch)).IsOpen);
    }

    [Fact]
    public async Task Silence_ends_at_the_attempts_time_limit_and_is_repeated()
    {
        _wire.ThenSilence().Then(200, "{}");
        var sending = Send(HttpMethod.Get);
        await Eventually.Holds(() => _wire.Requests.Count == 1);
        _time.Advance(TimeSpan.FromMinutes(9));
        await Eventually.StillWaits(sending);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await sending).StatusCode);
    }

    [Theory]
    [InlineData("{\"a\":[1,2")]
    [InlineData("<html>Hello</html>")]
    public async Task Success_that_is_no_whole_json_counts_as_lost(string body)
    {
        _wire.Then(200, body).Then(200, "{}");
        await Send(HttpMethod.Get);
        Assert.Equal(2, _wire.Requests.Count);
    }

    [Fact]
    public async Task Retry_after_is_honoured_and_pauses_the_account()
    {
        _wire.Then(429, "", ("retry-after", "20")).Then(200, "{}").Then(200, "{}");
        var start = _time.GetUtcNow();
        await Send(HttpMethod.Get);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(21));
    }

    [Fact]
    public async Task Long_retry_after_is_handed_on_and_stops_the_next_request_with_its_length()
    {
        _wire.Then(429, "", ("Retry-After", "3600"));
        Assert.Equal(429, (int)(await Send(HttpMethod.Get)).StatusCode);
        var e = await Assert.ThrowsAsync<PortException>(() => Send(HttpMethod.Get));
        Assert.Equal((PortTrouble.Limited, TimeSpan.FromHours(1)), (e.Trouble, e.RetryAfter!.Value));
    }

    [Fact]
    public async Task Refused_token_is_renewed_once_for_all_who_wait()
    {
        _wire.Otherwise = sent => ScriptedWire.Answer(sent.Headers["Authorization"] == "Bearer token-1" ? 401 : 200, "{}");
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _http.Client.GetAsync(new Uri("/x", UriKind.Relative))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(2, _signIns);
    }

    [Fact]
    public async Task Token_that_is_refused_again_is_handed_on()
    {
        _wire.Otherwise = _ => ScriptedWire.Answer(401);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Send(HttpMethod.Get)).StatusCode);
        Assert.Equal((2, 2), (_wire.Requests.Count, _signIns));
    }

    [Fact]
    public async Task Cancelled_request_is_cancelled_not_lost()
    {
        _wire.ThenSilence();
        using var cancel = new CancellationTokenSource();
        var sending = _http.Client.GetAsync(new Uri("/x", UriKind.Relative), cancel.Token);
        await Eventually.Holds(() => _wire.Requests.Count == 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Request_that_waits_for_its_permit_past_its_time_never_leaves()
    {
        _http.Limiter.PauseFor(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<SendOverdueException>(() => Send(HttpMethod.Post, SendBy(TimeSpan.FromSeconds(29))));
        Assert.Empty(_wire.Requests);
        Assert.Equal(0, _http.Calls);
    }

    [Fact]
    public async Task Request_leaves_up_to_the_last_moment_of_its_time()
    {
        _wire.Then(200, "{}");
        _http.Limiter.PauseFor(TimeSpan.FromSeconds(30));
        await Send(HttpMethod.Post, SendBy(TimeSpan.FromSeconds(30)));
        Assert.Single(_wire.Requests);
    }

    [Fact]
    public async Task Request_that_was_turned_away_and_is_not_repeated_in_time_was_never_carried_out()
    {
        _wire.Then(429, "", ("Retry-After", "20"));
        await Assert.ThrowsAsync<SendOverdueException>(() => Send(HttpMethod.Patch, SendBy(TimeSpan.FromSeconds(10))));
        Assert.Single(_wire.Requests);
    }

    [Fact]
    public async Task Request_whose_answer_was_lost_and_is_not_repeated_in_time_may_have_been_carried_out()
    {
        _wire.ThenThrow(new HttpRequestException(HttpRequestError.ResponseEnded, "reset")).Then(429, "", ("Retry-After", "20"));
        var e = await Assert.ThrowsAsync<LostAnswerException>(() => Send(HttpMethod.Patch, SendBy(TimeSpan.FromSeconds(10))));
        Assert.True(e.MayHaveHappened);
        Assert.Equal(2, _wire.Requests.Count);
    }

    [Fact]
    public async Task No_attempt_of_a_request_leaves_after_its_time()
    {
        var end = _time.GetUtcNow().AddSeconds(3);
        var left = new List<DateTimeOffset>();
        _wire.Otherwise = _ =>
        {
            left.Add(_time.GetUtcNow());
            _time.Advance(TimeSpan.FromSeconds(1));
            return ScriptedWire.Answer(503);
        };
        await Assert.ThrowsAsync<LostAnswerException>(() => Send(HttpMethod.Patch, RequestMark.IdempotentWrite with { SendBy = end }));
        Assert.InRange(left.Count, 2, 3);
        Assert.All(left, at => Assert.True(at <= end));
    }

    [Fact]
    public async Task Repeat_with_a_renewed_token_leaves_in_time_or_not_at_all()
    {
        _wire.Then(_ =>
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            return ScriptedWire.Answer(401);
        });
        await Assert.ThrowsAsync<SendOverdueException>(() => Send(HttpMethod.Post, SendBy(TimeSpan.FromSeconds(59))));
        Assert.Equal((1, 2), (_wire.Requests.Count, _signIns));
    }

    [Fact]
    public void Token_prints_nothing() => Assert.DoesNotContain("secret", new AccessToken("secret").ToString(), StringComparison.Ordinal);

    private RequestMark SendBy(TimeSpan length) => new() { Repeatable = true, SendBy = _time.GetUtcNow() + length };

    private Task<HttpResponseMessage> Send(HttpMethod method, RequestMark? mark = null)
    {
        var request = new HttpRequestMessage(method, "/x?a=%2B");
        if (method != HttpMethod.Get)
        {
            request.Content = new StringContent("body");
        }

        if (mark is not null)
        {
            request.Options.Set(new HttpRequestOptionsKey<RequestMark>(RequestMark.Key), mark);
        }

        return _http.Client.SendAsync(request);
    }
}
