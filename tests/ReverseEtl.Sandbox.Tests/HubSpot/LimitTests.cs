using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class LimitTests
{
    private readonly Portal _portal = new();

    [Fact]
    public async Task Rolling_limit_refuses_and_opens_again_as_calls_leave_the_window()
    {
        _portal.Crm.Switches.TenSecondlyLimit = 3;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"{2 - i}", (await _portal.Get(Portal.Contacts)).Headers["X-HubSpot-RateLimit-Remaining"]);
            _portal.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var refused = await _portal.Get(Portal.Contacts);
        Assert.Equal((429, "TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit."),
            (refused.Status, (string?)refused.Body["policyName"], refused.Message));
        Assert.Null(refused.Category);
        _portal.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
        Assert.Equal(429, (await _portal.Get(Portal.Contacts)).Status);
    }

    [Fact]
    public async Task Each_token_has_its_own_rolling_limit()
    {
        _portal.Crm.Switches.TenSecondlyLimit = 1;
        _portal.Crm.AddToken(new HubSpotToken("second", "8"));
        await _portal.Get(Portal.Contacts);
        Assert.Equal(429, (await _portal.Get(Portal.Contacts)).Status);
        _portal.Token = "second";
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
    }

    [Fact]
    public async Task Default_headers_are_those_of_a_professional_account()
    {
        var headers = (await _portal.Get(Portal.Contacts)).Headers;
        Assert.Equal(("190", "189", "10000", "625000", "624999"), (
            headers["X-HubSpot-RateLimit-Max"], headers["X-HubSpot-RateLimit-Remaining"], headers["X-HubSpot-RateLimit-Interval-Milliseconds"],
            headers["X-HubSpot-RateLimit-Daily"], headers["X-HubSpot-RateLimit-Daily-Remaining"]));
    }

    [Fact]
    public async Task Daily_limit_is_the_accounts_and_starts_anew_at_its_own_midnight()
    {
        _portal.Crm.Switches.DailyLimit = 2;
        _portal.Crm.AddToken(new HubSpotToken("second", "8"));
        await _portal.Get(Portal.Contacts);
        await _portal.Post($"{Portal.Contacts}/search", "{}");
        _portal.Token = "second";
        Assert.Equal("DAILY", (string?)(await _portal.Get(Portal.Contacts)).Body["policyName"]);
        // 22:59:59 UTC is one second before midnight in Berlin.
        _portal.Time.Advance(new DateTimeOffset(2026, 11, 2, 22, 59, 59, TimeSpan.Zero) - _portal.Time.GetUtcNow());
        Assert.Equal(429, (await _portal.Get(Portal.Contacts)).Status);
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
    }

    [Fact]
    public async Task Usage_counts_the_day_and_says_when_it_ends()
    {
        await _portal.Get(Portal.Contacts);
        var usage = (await _portal.Get("/account-info/2026-09/api-usage/daily/private-apps")).Results[0]!;
        Assert.Equal((2, "2026-11-02T23:00:00Z"), ((int)usage["currentUsage"]!, (string?)usage["resetsAt"]));
    }

    [Fact]
    public async Task Lock_by_count_hits_writes_only()
    {
        _portal.Crm.LockTimes(1);
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
        Assert.Equal(423, (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""")).Status);
        Assert.Equal(201, (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""")).Status);
    }

    [Fact]
    public async Task Lock_by_time_ends_with_it()
    {
        _portal.Crm.LockFor(TimeSpan.FromSeconds(2));
        Assert.Equal(423, (await _portal.Batch(Portal.Contacts, "create", """{"properties":{"email":"a@ex.test"}}""")).Status);
        Assert.Empty(_portal.Crm.Records("contacts"));
        _portal.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(201, (await _portal.Batch(Portal.Contacts, "create", """{"properties":{"email":"a@ex.test"}}""")).Status);
    }

    [Fact]
    public async Task Migration_answers_477_and_says_how_long()
    {
        _portal.Crm.MigrateFor(TimeSpan.FromMinutes(5));
        _portal.Time.Advance(TimeSpan.FromSeconds(1));
        var answer = await _portal.Get(Portal.Contacts);
        Assert.Equal((477, "299"), (answer.Status, answer.Headers["Retry-After"]));
        _portal.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
    }
}
