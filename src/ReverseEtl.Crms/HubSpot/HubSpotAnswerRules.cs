using System.Globalization;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>How HubSpot tells its limits, in headers and in refusals (reference §8).</summary>
/// <param name="time">All timing.</param>
/// <param name="share">The part of each window that is ours.</param>
/// <param name="renewsTokens">Whether there is another token to be had for one that is refused.</param>
internal sealed class HubSpotAnswerRules(TimeProvider time, RateShare share, bool renewsTokens) : AnswerRules(time)
{
    /// <summary>The lane of searches: a limit of their own, and no headers about it.</summary>
    public const string SearchLane = "search";

    /// <summary>The lane of associations: limits and headers of their own (§6).</summary>
    public const string AssociationLane = "associations";

    // Locks last two seconds (§8.3).
    private static readonly TimeSpan Lock = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly TimeProvider _time = time;
    private volatile TimeZoneInfo? _zone;

    /// <summary>
    /// Learns where the account's day is: daily limits start anew at its midnight. A zone that this machine does not know stands as far from UTC
    /// as the account does now.
    /// </summary>
    public void LearnClock(WireAccount account)
    {
        if (account.TimeZone is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            _zone = zone;
        }
        else if (account.UtcOffsetMilliseconds is { } offset && TimeSpan.FromMinutes(offset / 60_000) is var far && far.Duration() <= TimeSpan.FromHours(14))
        {
            _zone = TimeZoneInfo.CreateCustomTimeZone("account", far, null, null);
        }
    }

    /// <summary>A static token does not expire, so there is none to get instead of a refused one.</summary>
    public override ValueTask<bool> MayRenewTokenAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        renewsTokens ? base.MayRenewTokenAsync(answer, cancellationToken) : ValueTask.FromResult(false);

    /// <inheritdoc />
    public override void Observe(HttpRequestMessage request, HttpResponseMessage answer, AccountLimiter limiter)
    {
        var lane = RequestMark.Of(request).Lane;
        if (lane != SearchLane && Number(answer, "X-HubSpot-RateLimit-Remaining") is { } remaining)
        {
            var isTenSeconds = Number(answer, "X-HubSpot-RateLimit-Interval-Milliseconds") is null or 10_000;
            var max = isTenSeconds ? (int?)Number(answer, "X-HubSpot-RateLimit-Max") : null;
            limiter.ObserveWindow(
                lane, max is { } window ? share.Left((int)remaining, window) : (int)remaining, max is { } whole ? share.Of(whole) : null);
        }

        if (Number(answer, "X-HubSpot-RateLimit-Daily") is { } daily and > 0
            && Number(answer, "X-HubSpot-RateLimit-Daily-Remaining") is { } left)
        {
            limiter.ObserveDaily(daily - left, daily);
        }

        HoldBack(lane, answer, limiter);
    }

    /// <inheritdoc />
    public override async ValueTask<AnswerVerdict> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        Pause(answer) is { } pause ? new AnswerVerdict(AnswerKind.NotNow, pause) : await base.JudgeAsync(answer, cancellationToken);

    /// <summary>How long an answer that turns away asks to wait; null for one that does not turn away.</summary>
    public TimeSpan? Pause(HttpResponseMessage answer) => (int)answer.StatusCode switch
    {
        423 => Longer(RetryAfter(answer), Lock),
        477 => RetryAfter(answer) ?? Hour,
        429 => RetryAfter(answer) ?? PolicyPause(answer),
        _ => null,
    };

    // Those who wait for this lane need not each be turned away as well.
    private void HoldBack(string lane, HttpResponseMessage answer, AccountLimiter limiter)
    {
        if (Pause(answer) is not { } pause)
        {
            return;
        }

        if ((int)answer.StatusCode is 423)
        {
            limiter.CutConcurrency();
        }
        else
        {
            limiter.PauseFor(pause, pause > TenSeconds ? null : lane);
        }
    }

    private TimeSpan PolicyPause(HttpResponseMessage answer)
    {
        // Buffered by now, so this waits for nothing; the stream itself could be read only once.
        var error = HubSpotJson.TryRead<WireError>(answer.Content.ReadAsStringAsync().GetAwaiter().GetResult());
        var policy = error?.PolicyName is { Length: > 0 } name ? name : error?.Message ?? "";
        if (policy.Contains("DAILY", StringComparison.OrdinalIgnoreCase))
        {
            return UntilMidnight();
        }

        if (policy.Contains("TEN_SECONDLY", StringComparison.OrdinalIgnoreCase))
        {
            return TenSeconds;
        }

        if (policy.Contains("SECONDLY", StringComparison.OrdinalIgnoreCase) || RequestMark.Of(answer.RequestMessage!).Lane == SearchLane)
        {
            return TimeSpan.FromSeconds(1);
        }

        // A gateway's page, or words that nobody documented: the headers know which of the two windows is used up.
        return Number(answer, "X-HubSpot-RateLimit-Daily-Remaining") is 0 ? UntilMidnight() : TenSeconds;
    }

    // Without the account's time zone its midnight is not known; an hour finds it late but never asks for long in vain.
    private TimeSpan UntilMidnight()
    {
        if (_zone is not { } zone)
        {
            return Hour;
        }

        var now = _time.GetUtcNow();
        var midnight = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)) - now;
    }

    private static TimeSpan Longer(TimeSpan? a, TimeSpan b) => a is { } set && set > b ? set : b;

    private static long? Number(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values)
        && long.TryParse(values.FirstOrDefault(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
