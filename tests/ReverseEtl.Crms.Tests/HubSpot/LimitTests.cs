using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>The account's limits, against the simulated account that enforces them.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(190)]
    public async Task Requests_use_the_window_to_the_full_and_none_is_turned_away(int limit)
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        var account = new HubSpotSandbox(time);
        account.Switches.TenSecondlyLimit = limit;
        using var wire = new Counting(new SandboxHandler(new SandboxSite(account), time));
        await using var crm = new HubSpotCrm(new() { AccessToken = HubSpotOptions.DefaultToken }, wire, time, new Random(1));
        var start = time.GetUtcNow();

        for (var i = 0; i < limit * 4; i++)
        {
            await crm.CheckAsync(default);
        }

        Assert.Equal(0, wire.Refused);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31.6));
    }

    [Fact]
    public async Task Searches_use_their_own_window_to_the_full_and_none_is_turned_away()
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        var account = new HubSpotSandbox(time);
        using var wire = new Counting(new SandboxHandler(new SandboxSite(account), time));
        await using var crm = new HubSpotCrm(new() { AccessToken = HubSpotOptions.DefaultToken }, wire, time, new Random(1));
        var start = time.GetUtcNow();

        for (var i = 0; i < 26; i++)
        {
            await foreach (var page in crm.ReadChangesAsync(Scripted.Read(), start, default))
            {
                Assert.Empty(page);
            }
        }

        Assert.Equal(0, wire.Refused);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.3));
    }

    [Fact]
    public async Task The_daily_budget_is_a_share_of_what_the_account_has()
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        var account = new HubSpotSandbox(time);
        account.Switches.DailyLimit = 100;
        using var wire = new Counting(new SandboxHandler(new SandboxSite(account), time));
        await using var crm = new HubSpotCrm(
            new() { AccessToken = HubSpotOptions.DefaultToken, DailyApiBudget = DailyBudget.Parse("10%") }, wire, time, new Random(1));

        for (var i = 0; i < 10; i++)
        {
            await crm.CheckAsync(default);
        }

        await Assert.ThrowsAsync<ReverseEtl.Engine.Ports.PortException>(() => crm.CheckAsync(default));
        Assert.Equal(10, crm.Calls);
    }

    [Fact]
    public async Task Use_of_the_day_is_told_from_the_first_answer_on()
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        var account = new HubSpotSandbox(time);
        account.Switches.DailyLimit = 100;
        await using var crm = new HubSpotCrm(
            new() { AccessToken = HubSpotOptions.DefaultToken, DailyApiBudget = DailyBudget.Parse("10%") },
            new SandboxHandler(new SandboxSite(account), time), time, new Random(1));
        Assert.Null(crm.Use);

        await crm.CheckAsync(default);

        Assert.Equal((1L, 100L, 10L), (crm.Use!.Used, crm.Use.Limit, crm.Use.Share));
    }

    [Fact]
    public async Task Share_of_the_window_leaves_the_rest_to_others_of_the_app()
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        var account = new HubSpotSandbox(time);
        account.Switches.TenSecondlyLimit = 100;
        var site = new SandboxSite(account);
        using var wire = new Counting(new SandboxHandler(site, time));
        await using var crm = new HubSpotCrm(
            new() { AccessToken = HubSpotOptions.DefaultToken, RateSharePercent = 40 }, wire, time, new Random(1));
        using var other = new HttpClient(new SandboxHandler(site, time)) { BaseAddress = new Uri("https://api.hubapi.com") };
        other.DefaultRequestHeaders.Authorization = new("Bearer", HubSpotOptions.DefaultToken);
        var start = time.GetUtcNow();

        for (var i = 0; i < 40; i++)
        {
            await crm.CheckAsync(default);
        }

        // The other 60 are free at the same moment, and ours wait for their window.
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(System.Net.HttpStatusCode.OK, (await other.GetAsync("account-info/2026-09/details")).StatusCode);
        }

        Assert.Equal(TimeSpan.Zero, time.GetUtcNow() - start);
        await crm.CheckAsync(default);
        Assert.Equal(0, wire.Refused);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.5));
    }

    [Fact]
    public async Task Associations_use_their_own_window_to_the_full_and_do_not_hold_up_others()
    {
        var time = new JumpTime { Horizon = TimeSpan.FromSeconds(100) };
        var account = new HubSpotSandbox(time);
        account.Switches.AssociationTenSecondlyLimit = 150;
        using var wire = new Counting(new SandboxHandler(new SandboxSite(account), time));
        await using var crm = new HubSpotCrm(new() { AccessToken = HubSpotOptions.DefaultToken }, wire, time, new Random(1));
        var start = time.GetUtcNow();

        for (var i = 0; i < 150; i++)
        {
            await crm.Associations.ReadAsync("contacts", "companies", ["1"], default);
        }

        await crm.CheckAsync(default);
        Assert.Equal(TimeSpan.Zero, time.GetUtcNow() - start);
        await crm.Associations.ReadAsync("contacts", "companies", ["1"], default);
        Assert.Equal(0, wire.Refused);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.5));
    }

    private sealed class Counting(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private int _refused;

        public int Refused => _refused;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if ((int)answer.StatusCode is 429)
            {
                Interlocked.Increment(ref _refused);
            }

            return answer;
        }
    }
}
