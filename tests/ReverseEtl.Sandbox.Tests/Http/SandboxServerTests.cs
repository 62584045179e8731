using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Tests.Http;

public sealed class SandboxServerTests : IAsyncDisposable
{
    private readonly EchoCrm _crm = new();
    private readonly SandboxSite _site;
    private readonly SandboxServer _server;
    private readonly HttpClient _client;

    public SandboxServerTests()
    {
        _site = new SandboxSite(_crm);
        _server = new SandboxServer(_site, TimeProvider.System);
        _client = new HttpClient { BaseAddress = _server.Url };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("a/b%2Fc/d%20e?q=x%2By&r=a+b")]
    [InlineData("services/data/")]
    [InlineData("x/%E2%82%AC?ids=1%2C2")]
    public async Task Target_arrives_exactly_as_sent(string target)
    {
        await _client.GetAsync(new Uri(_server.Url, target));
        Assert.Equal("/" + target, _crm.Last!.Target);
    }

    [Fact]
    public async Task Headers_and_body_arrive_and_nothing_of_the_transport_is_added()
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "x") { Content = new StringContent("{\"a\":1}", Encoding.UTF8, "application/json") };
        request.Headers.Add("Authorization", "Bearer abc");
        await _client.SendAsync(request);
        Assert.Equal("PATCH", _crm.Last!.Method);
        Assert.Equal("{\"a\":1}", _crm.Last.Text);
        Assert.Equal("Bearer abc", _crm.Last.Header("authorization"));
        Assert.StartsWith("application/json", _crm.Last.Header("Content-Type"));
        Assert.DoesNotContain(_crm.Last.Headers.Keys, k => k.StartsWith("X-Sandbox", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Gzip_of_a_request_body_is_undone_once()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write("{\"big\":true}"u8);
        }

        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.Add("Content-Encoding", "gzip");
        content.Headers.Add("Content-Type", "application/json");
        await _client.PostAsync(new Uri("x", UriKind.Relative), content);
        Assert.Equal("{\"big\":true}", _crm.Last!.Text);
    }

    [Fact]
    public async Task Body_of_a_form_arrives_untouched()
    {
        await _client.PostAsync(new Uri("token", UriKind.Relative), new StringContent("a=1%202&b=%26", Encoding.ASCII, "application/x-www-form-urlencoded"));
        Assert.Equal("a=1%202&b=%26", _crm.Last!.Text);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(300)]
    [InlineData(304)]
    [InlineData(412)]
    [InlineData(420)]
    [InlineData(503)]
    public async Task Any_status_travels(int status)
    {
        _crm.Next = status is 204 or 304 ? SandboxResponse.Empty(status) : SandboxResponse.Json(status, new JsonObject());
        var answer = await _client.GetAsync(new Uri("x", UriKind.Relative));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Answer_headers_and_bytes_travel_as_given()
    {
        _crm.Next = SandboxResponse.Content(200, "text/csv;charset=UTF-8", "\"Id\"\n\"é\"\n").With("Sforce-Limit-Info", "api-usage=1/2")
            .With("Date", "Mon, 02 Mar 2026 10:00:00 GMT");
        var answer = await _client.GetAsync(new Uri("x", UriKind.Relative));
        Assert.Equal("\"Id\"\n\"é\"\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("api-usage=1/2", answer.Headers.GetValues("Sforce-Limit-Info").Single());
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero), answer.Headers.Date);
        Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("X-Sandbox", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Long_urls_reach_the_model_instead_of_the_web_server()
    {
        await _client.GetAsync(new Uri("x?q=" + new string('a', 20_000), UriKind.Relative));
        Assert.Equal(20_005, _crm.Last!.Target.Length);
    }

    [Fact]
    public async Task Reset_after_applies_the_request_and_breaks_the_connection()
    {
        _site.Inject(new Fault(FaultKind.ResetAfter));
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(new Uri("broken", UriKind.Relative)));
        Assert.Equal("/broken", _crm.Last!.Target);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri("x", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Reset_before_breaks_the_connection_and_the_model_sees_nothing()
    {
        _site.Inject(new Fault(FaultKind.ResetBefore));
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.PostAsync(new Uri("x", UriKind.Relative), new StringContent("{}")));
        Assert.Null(_crm.Last);
    }

    [Fact]
    public async Task Silence_after_lasts_until_the_client_gives_up()
    {
        _site.Inject(new Fault(FaultKind.SilenceAfter));
        _client.Timeout = TimeSpan.FromMilliseconds(300);
        await Assert.ThrowsAsync<TaskCanceledException>(() => _client.GetAsync(new Uri("x", UriKind.Relative)));
        Assert.NotNull(_crm.Last);
    }

    [Fact]
    public async Task Truncate_delivers_half_a_body()
    {
        _crm.Next = SandboxResponse.Content(200, "application/json", "{\"abc\":12}");
        _site.Inject(new Fault(FaultKind.Truncate));
        Assert.Equal("{\"abc", await _client.GetStringAsync(new Uri("x", UriKind.Relative)));
    }

    [Theory]
    [InlineData(3_000_000, false)]
    [InlineData(3_000_000, true)]
    [InlineData(10, true)]
    public async Task Large_and_chunked_bodies_arrive_whole_and_are_answered_like_others(int size, bool chunked)
    {
        _crm.Next = SandboxResponse.Content(201, "text/csv", "done").With("Date", "Mon, 02 Mar 2026 10:00:00 GMT").With("Sforce-Locator", "null");
        using var request = new HttpRequestMessage(HttpMethod.Put, "x/batches?a=%2F") { Content = new ByteArrayContent(new byte[size]) };
        request.Headers.TransferEncodingChunked = chunked;
        var answer = await _client.SendAsync(request);
        Assert.Equal((201, "done"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("null", answer.Headers.GetValues("Sforce-Locator").Single());
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero), answer.Headers.Date);
        Assert.Equal(("PUT", "/x/batches?a=%2F", size), (_crm.Last!.Method, _crm.Last.Target, _crm.Last.Body.Length));
        Assert.DoesNotContain(_crm.Last.Headers.Keys, k => k.StartsWith("X-Sandbox", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Large_body_is_applied_though_its_answer_is_lost_or_empty()
    {
        _site.Inject(new Fault(FaultKind.ResetAfter));
        await Assert.ThrowsAsync<HttpRequestException>(Put);
        Assert.Equal(2_000_000, _crm.Last!.Body.Length);
        _crm.Next = SandboxResponse.Empty(204);
        Assert.Equal(HttpStatusCode.NoContent, (await Put()).StatusCode);

        Task<HttpResponseMessage> Put() => _client.PutAsync(new Uri("x", UriKind.Relative), new ByteArrayContent(new byte[2_000_000]));
    }

    [Fact]
    public async Task Admin_counters_are_served_beside_the_api()
    {
        await _client.GetAsync(new Uri("a/b", UriKind.Relative));
        Assert.Equal("{\"GET /a/b\":1}", await _client.GetStringAsync(new Uri("_sandbox/counters", UriKind.Relative)));
    }

    [Fact]
    public async Task Two_servers_take_ports_of_their_own()
    {
        await using var other = new SandboxServer(new SandboxSite(new EchoCrm()), TimeProvider.System);
        Assert.NotEqual(_server.Url.Port, other.Url.Port);
        Assert.True(_server.Url.IsLoopback);
    }

    private sealed class EchoCrm : ISandboxCrm
    {
        public SandboxRequest? Last { get; private set; }

        public SandboxResponse Next { get; set; } = SandboxResponse.Json(200, new JsonObject());

        public string Name => "echo";

        public SandboxResponse Handle(SandboxRequest request)
        {
            Last = request;
            return Next;
        }

        public SandboxResponse Admin(SandboxRequest request, string path) => SandboxResponse.Empty(404);
    }
}
