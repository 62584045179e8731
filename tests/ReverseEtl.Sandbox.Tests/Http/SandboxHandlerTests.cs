using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Http;

/// <summary>The way without a socket, which must not tell more than a socket would.</summary>
public sealed class SandboxHandlerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 2, 10, 11, 12, 345, TimeSpan.Zero));

    [Theory]
    [InlineData(FaultKind.ResetBefore)]
    [InlineData(FaultKind.ResetAfter)]
    public async Task Broken_connection_does_not_tell_whether_the_request_was_carried_out(FaultKind kind)
    {
        var site = new SandboxSite(new HubSpotSandbox(_time));
        site.Inject(new Fault(kind));
        using var client = Client(site);
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/x"));
        Assert.Equal((HttpRequestError.ResponseEnded, null), (e.HttpRequestError, e.InnerException));
    }

    [Theory]
    [InlineData("/account-info/2026-09/details")]
    [InlineData("/nowhere")]
    public async Task Hubspot_tells_its_clock_with_every_answer(string path)
    {
        using var client = Client(new SandboxSite(new HubSpotSandbox(_time)));
        using var answer = await client.GetAsync(path);
        Assert.Equal(new DateTimeOffset(2026, 11, 2, 10, 11, 12, TimeSpan.Zero), answer.Headers.Date);
    }

    [Fact]
    public async Task Salesforce_tells_its_clock_with_every_answer()
    {
        using var client = Client(new SandboxSite(new SalesforceSandbox(_time)));
        using var answer = await client.GetAsync("/services/data/v66.0/limits");
        Assert.Equal(new DateTimeOffset(2026, 11, 2, 10, 11, 12, TimeSpan.Zero), answer.Headers.Date);
    }

    private HttpClient Client(SandboxSite site) => new(new SandboxHandler(site, _time)) { BaseAddress = new Uri("https://sandbox.local") };
}
