using System.Globalization;
using System.Net;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>How HubSpot tells its limits, in headers and in refusals (reference §8).</summary>
internal sealed class HubSpotAnswerRules(TimeProvider time) : AnswerRules(time)
{
    /// <summary>The lane of searches: a limit of their own, and no headers about it.</summary>
    public const string SearchLane = "search";

    // Locks last two seconds (§8.3).
    private static readonly TimeSpan Lock = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly TimeProvider _time = time;
    private long _offsetMilliseconds = long.MinValue;

    /// <summary>Learns the account's distance from UTC: daily limits start anew at its midnight.</summary>
    public void LearnOffset(long milliseconds) => Volatile.Write(ref _offsetMilliseconds, milliseconds);

    /// <inheritdoc />
    public override void Observe(HttpRequestMessage request, HttpResponseMessage answer, AccountLimiter limiter)
    {
        if (Number(answer, "X-HubSpot-RateLimit-Remaining") is { } remaining && RequestMark.Of(request).Lane != SearchLane)
        {
            var max = Number(answer, "X-HubSpot-RateLimit-Interval-Milliseconds") is null or 10_000
                ? Number(answer, "X-HubSpot-RateLimit-Max")
                : null;
            limiter.ObserveWindow("", (int)remaining, (int?)max);
        }

        if (Number(answer, "X-HubSpot-RateLimit-Daily") is { } daily and > 0
            && Number(answer, "X-HubSpot-RateLimit-Daily-Remaining") is { } left)
        {
            limiter.ObserveDaily(daily - left, daily);
        }
    }

    /// <inheritdoc />
    public override async ValueTask<AnswerVerdict> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        (int)answer.StatusCode switch
        {
            423 => new AnswerVerdict(AnswerKind.NotNow, Longer(RetryAfter(answer), Lock)),
            477 => new AnswerVerdict(AnswerKind.NotNow, RetryAfter(answer) ?? Hour),
            (int)HttpStatusCode.TooManyRequests => new AnswerVerdict(AnswerKind.NotNow, RetryAfter(answer) ?? await PauseAsync(answer, cancellationToken)),
            _ => await base.JudgeAsync(answer, cancellationToken),
        };

    private async Task<TimeSpan> PauseAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var error = HubSpotJson.TryRead<WireError>(await answer.Content.ReadAsStringAsync(cancellationToken));
        var policy = error?.PolicyName is { Length: > 0 } name ? name : error?.Message ?? "";
        if (policy.Contains("DAILY", StringComparison.OrdinalIgnoreCase))
        {
            return UntilMidnight();
        }

        return policy.Contains("TEN_SECONDLY", StringComparison.OrdinalIgnoreCase) ? TenSeconds : TimeSpan.FromSeconds(1);
    }

    // Without the account's time zone its midnight is not known; an hour finds it late but never asks for long in vain.
    private TimeSpan UntilMidnight()
    {
        var offset = Volatile.Read(ref _offsetMilliseconds);
        if (offset == long.MinValue)
        {
            return Hour;
        }

        var local = _time.GetUtcNow().UtcDateTime.AddMilliseconds(offset);
        return local.Date.AddDays(1) - local;
    }

    private static TimeSpan Longer(TimeSpan? a, TimeSpan b) => a is { } set && set > b ? set : b;

    private static long? Number(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values)
        && long.TryParse(values.FirstOrDefault(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
