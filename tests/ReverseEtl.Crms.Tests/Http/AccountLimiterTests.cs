using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Crms.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Http;

public sealed class AccountLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Acquire_beyond_the_concurrency_waits_for_a_release()
    {
        using var limiter = New(new AccountLimits { Concurrency = 2 });
        var first = await limiter.AcquireAsync("", default);
        await limiter.AcquireAsync("", default);
        var third = limiter.AcquireAsync("", default);
        await Eventually.StillWaits(third);

        first.Dispose();
        first.Dispose();
        await third;
        Assert.False(limiter.AcquireAsync("", default).IsCompleted);
    }

    [Fact]
    public async Task Window_lets_through_its_permits_and_the_next_one_when_the_oldest_leaves()
    {
        using var limiter = New(Window(2, 10));
        await Take(limiter);
        _time.Advance(TimeSpan.FromSeconds(4));
        await Take(limiter);
        var third = limiter.AcquireAsync("", default);

        _time.Advance(TimeSpan.FromSeconds(5.9));
        await Eventually.StillWaits(third);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        (await third).Dispose();
    }

    [Fact]
    public async Task Window_never_admits_more_than_its_permits_in_any_stretch()
    {
        using var limiter = New(new AccountLimits { Concurrency = 100, Windows = [new RateWindow(19, TimeSpan.FromSeconds(10))] });
        var through = 0;
        var all = Enumerable.Range(0, 60).Select(async _ =>
        {
            using var permit = await limiter.AcquireAsync("", default);
            Interlocked.Increment(ref through);
        }).ToList();

        for (var second = 0; second < 40; second++)
        {
            var allowed = Math.Min(60, 19 * ((second / 10) + 1));
            await Eventually.Holds(() => through >= allowed);
            Assert.Equal(allowed, through);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await Task.WhenAll(all);
    }

    [Fact]
    public async Task Lane_that_waits_does_not_hold_up_another()
    {
        using var limiter = New(new AccountLimits { Windows = [new RateWindow(1, TimeSpan.FromSeconds(1)) { Lane = "search" }] });
        await Take(limiter, "search");
        var search = limiter.AcquireAsync("search", default);
        await Take(limiter);
        Assert.False(search.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await search;
    }

    [Fact]
    public async Task Window_learns_from_fewer_remaining_that_others_use_the_account()
    {
        using var limiter = New(Window(10, 10));
        await Take(limiter);
        limiter.ObserveWindow("", remaining: 1);
        await Take(limiter);
        var blocked = limiter.AcquireAsync("", default);
        await Eventually.StillWaits(blocked);
        _time.Advance(TimeSpan.FromSeconds(10));
        await blocked;
    }

    [Fact]
    public async Task Short_pause_is_waited_for()
    {
        using var limiter = New(new AccountLimits());
        limiter.PauseUntil(_time.GetUtcNow().AddSeconds(7));
        var permit = limiter.AcquireAsync("", default);
        _time.Advance(TimeSpan.FromSeconds(6));
        await Eventually.StillWaits(permit);
        _time.Advance(TimeSpan.FromSeconds(1));
        await permit;
    }

    [Fact]
    public async Task Long_pause_is_raised_with_its_length_to_old_and_new_waiters()
    {
        using var limiter = New(new AccountLimits { Concurrency = 1 });
        await limiter.AcquireAsync("", default);
        var waiting = limiter.AcquireAsync("", default);
        limiter.PauseFor(TimeSpan.FromHours(2));

        var e = await Assert.ThrowsAsync<PortException>(() => waiting);
        Assert.Equal((PortTrouble.Limited, TimeSpan.FromHours(2)), (e.Trouble, e.RetryAfter!.Value));
        await Assert.ThrowsAsync<PortException>(() => limiter.AcquireAsync("", default));
    }

    [Fact]
    public async Task Cancelled_waiter_leaves_its_place_to_the_next()
    {
        using var limiter = New(new AccountLimits { Concurrency = 1 });
        var held = await limiter.AcquireAsync("", default);
        using var cancel = new CancellationTokenSource();
        var second = limiter.AcquireAsync("", cancel.Token);
        var third = limiter.AcquireAsync("", default);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        held.Dispose();
        await third;
    }

    [Fact]
    public async Task Daily_share_stops_softly_and_lets_one_request_probe_later()
    {
        using var limiter = New(new AccountLimits { Daily = DailyBudget.Parse("40%") });
        limiter.ObserveDaily(39_999, 100_000);
        await Take(limiter);

        var e = await Assert.ThrowsAsync<PortException>(() => limiter.AcquireAsync("", default));
        Assert.Equal((PortTrouble.Limited, TimeSpan.FromMinutes(15)), (e.Trouble, e.RetryAfter!.Value));

        _time.Advance(TimeSpan.FromMinutes(15));
        await Take(limiter);
        await Assert.ThrowsAsync<PortException>(() => limiter.AcquireAsync("", default));

        limiter.ObserveDaily(30_000, 100_000);
        await Take(limiter);
        await Take(limiter);
    }

    [Fact]
    public async Task Daily_number_counts_own_requests_where_the_crm_tells_nothing()
    {
        using var limiter = New(new AccountLimits { Daily = DailyBudget.Parse("2") });
        await Take(limiter);
        await Take(limiter);
        await Assert.ThrowsAsync<PortException>(() => limiter.AcquireAsync("", default));
        _time.Advance(TimeSpan.FromDays(1));
        await Take(limiter);
    }

    [Fact]
    public async Task Cut_concurrency_comes_back_after_a_while()
    {
        using var limiter = New(new AccountLimits { Concurrency = 4 });
        limiter.CutConcurrency();
        await limiter.AcquireAsync("", default);
        await limiter.AcquireAsync("", default);
        var third = limiter.AcquireAsync("", default);
        await Eventually.StillWaits(third);
        _time.Advance(TimeSpan.FromMinutes(1));
        await third;
    }

    [Theory]
    [InlineData("40%", 100_000L, 40_000L)]
    [InlineData(" 12.5 % ", 1_000L, 125L)]
    [InlineData("5000", null, 5_000L)]
    [InlineData("40%", null, null)]
    public void Budget_in_requests(string text, long? limit, long? expected) =>
        Assert.Equal(expected, DailyBudget.Parse(text).Requests(limit));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("lots")]
    public void Budget_that_is_none_is_refused(string text) => Assert.Throws<FormatException>(() => DailyBudget.Parse(text));

    private AccountLimiter New(AccountLimits limits) => new(limits, _time);

    private static AccountLimits Window(int permits, int seconds) =>
        new() { Concurrency = 100, Windows = [new RateWindow(permits, TimeSpan.FromSeconds(seconds))] };

    private static async Task Take(AccountLimiter limiter, string lane = "") => (await limiter.AcquireAsync(lane, default)).Dispose();
}
