using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Hosting;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Daemon.Tests.Webhooks;

/// <summary>The daemon's webhook address over real HTTP. Every test ends with a genuine call, so that the loop is seen to hear of nothing else.</summary>
public sealed class WebhookEndpointTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "app-secret";
    private const string PublicUrl = "https://retl.example/hooks?to=hubspot";

    private readonly HttpClient _client = new();
    private readonly Bench _bench = new Bench()
        .With("Urls", "http://127.0.0.1:0")
        .With("Crms:hubspot:Type", "hubspot")
        .With("Crms:hubspot:WebhookSecret", Secret)
        .With("Crms:hubspot:WebhookUrl", PublicUrl)
        .With("Crms:hubspot:PortalId", "4242")
        .With("Crms:quiet:Type", "hubspot");

    private CommandScope _scope = null!;
    private WebApplication _daemon = null!;

    public async Task InitializeAsync()
    {
        _bench.Write("accounts", SampleMapping.With("connection: salesforce", "connection: hubspot").Replace("object: Account", "object: companies", StringComparison.Ordinal));
        var parts = new RetlParts
        {
            Connect = (_, _) => _bench.Sides,
            Cycles = (_, _, _, _) => _bench.Runner,
            Time = _bench.Time,
            Folder = _bench.Folder,
            Output = TextWriter.Null,
            Error = TextWriter.Null,
        };
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Runner.Answer = (mapping, _) =>
        {
            begun.TrySetResult();
            return Task.FromResult(FakeRunner.Report(mapping.Name));
        };
        _scope = new CommandScope(parts, _bench.Settings, new Ui(TextWriter.Null, TextWriter.Null, json: false, verbose: false));
        _daemon = DaemonHost.Build(_scope, _ => _bench.Runner, LogLevel.Critical);
        await _daemon.StartAsync();
        await begun.Task;
        _client.BaseAddress = new Uri(_daemon.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        await _daemon.StopAsync();
        await _daemon.DisposeAsync();
        await _scope.DisposeAsync();
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Genuine_call_is_taken_and_its_records_are_looked_at()
    {
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(Signed($"[{Event("7")},{Event("8", "company.creation")}]")));

        await HearsAsync("7", "8");
    }

    [Fact]
    public async Task Connection_is_found_without_regard_to_case()
    {
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(Signed($"[{Event("7")}]"), "HubSpot"));

        await HearsAsync("7");
    }

    [Theory]
    [InlineData("another secret", 0, "")]
    [InlineData(Secret, -301, "")]
    [InlineData(Secret, 301, "")]
    [InlineData(Secret, 0, " ")]
    public async Task Call_that_is_forged_or_out_of_time_is_refused_without_a_word(string secret, int seconds, string added)
    {
        var forged = Signed($"[{Event("7")}]", secret, TimeSpan.FromSeconds(seconds));

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(forged with { Body = forged.Body + added }));

        await CallAsync(Signed($"[{Event("9")}]"));
        await HearsAsync("9");
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Call_without_signature_or_time_is_refused(bool isSigned, bool isStamped)
    {
        var call = Signed($"[{Event("7")}]");

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(call with
        {
            Signature = isSigned ? call.Signature : null,
            Timestamp = isStamped ? call.Timestamp : null,
        }));

        await CallAsync(Signed($"[{Event("9")}]"));
        await HearsAsync("9");
    }

    [Fact]
    public async Task Call_signed_for_the_address_that_arrives_instead_of_the_public_one_is_refused()
    {
        var body = $"[{Event("7")}]";
        var call = Signed(body) with { Signature = HubSpotSandbox.SignWebhook(Secret, $"{_client.BaseAddress}webhooks/hubspot", body, _bench.Time.GetUtcNow()) };

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(call));

        await CallAsync(Signed($"[{Event("9")}]"));
        await HearsAsync("9");
    }

    [Fact]
    public async Task Same_call_again_within_its_time_is_one_more_look_and_no_more()
    {
        var call = Signed($"[{Event("7")},{Event("7")}]");

        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(call));
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(call));
        await HearsAsync("7");
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(call));
    }

    [Theory]
    [InlineData("salesforce")]
    [InlineData("quiet")]
    [InlineData("nobody")]
    public async Task Connection_that_takes_no_webhooks_is_not_found(string connection)
    {
        Assert.Equal(HttpStatusCode.NotFound, await CallAsync(Signed($"[{Event("7")}]"), connection));

        await CallAsync(Signed($"[{Event("9")}]"));
        await HearsAsync("9");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no events")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[{")]
    public async Task Genuine_call_that_cannot_be_read_is_told_so(string body)
    {
        Assert.Equal(HttpStatusCode.BadRequest, await CallAsync(Signed(body)));

        await CallAsync(Signed($"[{Event("9")}]"));
        await HearsAsync("9");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[null, {}]")]
    [InlineData("""[{"portalId":4242,"objectId":7,"subscriptionType":"contact.creation"}]""")]
    [InlineData("""[{"portalId":4242,"objectId":7,"subscriptionType":"object.creation","objectTypeId":"2-3001"}]""")]
    [InlineData("""[{"portalId":4242,"objectId":"7' or","subscriptionType":"company.creation"}]""")]
    [InlineData("""[{"portalId":1,"objectId":7,"subscriptionType":"company.creation"}]""")]
    public async Task Call_about_nothing_that_is_mapped_is_taken_and_dropped(string body)
    {
        Assert.Equal(HttpStatusCode.NoContent, await CallAsync(Signed(body)));

        await CallAsync(Signed($"[{Event("9")}]"));
        await HearsAsync("9");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_that_is_too_large_is_refused_whether_it_says_so_or_not(bool hasLength)
    {
        var call = Signed($"[{Event("7")}]{new string(' ', 1024 * 1024)}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await CallAsync(call, hasLength: hasLength));

        await CallAsync(Signed($"[{Event("9")}]"));
        await HearsAsync("9");
    }

    [Fact]
    public async Task Daemon_that_hears_calls_stays_healthy()
    {
        await CallAsync(Signed("no events"));

        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _client.GetAsync("webhooks/hubspot")).StatusCode);
    }

    private static string Event(string id, string kind = "company.propertyChange") =>
        $$"""{"eventId":1,"portalId":4242,"subscriptionType":"{{kind}}","objectId":{{id}},"propertyName":"phone","propertyValue":"secret"}""";

    private Call Signed(string body, string secret = Secret, TimeSpan late = default)
    {
        var at = _bench.Time.GetUtcNow() + late;
        return new(body, at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), HubSpotSandbox.SignWebhook(secret, PublicUrl, body, at));
    }

    private async Task<HttpStatusCode> CallAsync(Call call, string connection = "hubspot", bool hasLength = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"webhooks/{connection}") { Content = new StringContent(call.Body, Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = !hasLength;
        foreach (var (name, value) in new[] { ("X-HubSpot-Signature-v3", call.Signature), ("X-HubSpot-Request-Timestamp", call.Timestamp) }.Where(h => h.Item2 is not null))
        {
            request.Headers.Add(name, value);
        }

        using var answer = await _client.SendAsync(request);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
        return answer.StatusCode;
    }

    /// <summary>Lets time pass until the loop has heard; the last id is that of the last call.</summary>
    private async Task HearsAsync(params string[] ids)
    {
        for (var round = 0; !_bench.Runner.Heard.Contains(ids[^1]); round++)
        {
            Assert.True(round < 1_000_000, "the loop hears nothing");
            _bench.Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        Assert.Equal(ids, _bench.Runner.Heard);
    }

    private sealed record Call(string Body, string? Timestamp, string? Signature);
}
