using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One way into the account with a window of its own.</summary>
/// <param name="Name">Distinguishes windows.</param>
/// <param name="Policy">The limit's name in refusals.</param>
/// <param name="Window">Length of the window in milliseconds.</param>
/// <param name="Limit">Requests in it; 0 for any number.</param>
/// <param name="HasHeaders">Answers tell how much is left; searches do not.</param>
internal readonly record struct RateLane(string Name, string Policy, int Window, int Limit, bool HasHeaders);

/// <summary>
/// The limits (reference §8.1): 10 rolling seconds an app, apart from that for associations, a second of searches an account, and a
/// calendar day an account, which OAuth apps do not count towards.
/// </summary>
internal sealed class RateLimiter(HubSpotWorld world)
{
    private const int TenSeconds = 10_000;
    private const int Second = 1_000;
    private readonly Dictionary<string, Queue<long>> _calls = new(StringComparer.Ordinal);
    private DateTime _day;

    /// <summary>Requests of the account since its last midnight.</summary>
    public int UsedToday { get; private set; }

    /// <summary>The next midnight of the account.</summary>
    public DateTimeOffset ResetsAt
    {
        get
        {
            var midnight = Local(world.Now).Date.AddDays(1);
            return new DateTimeOffset(midnight, world.TimeZone.GetUtcOffset(midnight)).ToUniversalTime();
        }
    }

    public RateLane LaneOf(ApiCall call)
    {
        var switches = world.Switches;
        if (ObjectsApi.IsSearch(call.Path))
        {
            return new RateLane("search", "SECONDLY", Second, switches.SearchesPerSecond, false);
        }

        return call.IsAboutAssociations
            ? new RateLane($"associations {call.Token.AppId}", "TEN_SECONDLY_ROLLING", TenSeconds, switches.AssociationTenSecondlyLimit, true)
            : new RateLane(
                $"app {call.Token.AppId}", "TEN_SECONDLY_ROLLING", TenSeconds,
                IsOAuth(call.Token) ? switches.OAuthTenSecondlyLimit : switches.TenSecondlyLimit, true);
    }

    /// <summary>The name of the limit that refuses the request, or null when it may go ahead; only then it counts.</summary>
    public string? Admit(RateLane lane, HubSpotToken token, DateTimeOffset at)
    {
        StartDay(at);
        var now = at.ToUnixTimeMilliseconds();
        if (!IsOAuth(token) && world.Switches.DailyLimit > 0 && UsedToday >= world.Switches.DailyLimit)
        {
            return "DAILY";
        }

        var calls = Calls(lane);
        Expire(calls, now - lane.Window);
        if (lane.Limit > 0 && calls.Count >= lane.Limit)
        {
            return lane.Policy;
        }

        calls.Enqueue(now);
        UsedToday += IsOAuth(token) ? 0 : 1;
        return null;
    }

    /// <summary>The headers that tell what is left.</summary>
    public SandboxResponse Stamp(SandboxResponse answer, RateLane lane, HubSpotToken token)
    {
        var switches = world.Switches;
        if (lane.Limit > 0)
        {
            var remaining = Math.Max(0, lane.Limit - Calls(lane).Count);
            answer = answer
                .With("X-HubSpot-RateLimit-Max", $"{lane.Limit}")
                .With("X-HubSpot-RateLimit-Remaining", $"{remaining}")
                .With("X-HubSpot-RateLimit-Interval-Milliseconds", $"{lane.Window}")
                .With("X-HubSpot-RateLimit-Secondly", $"{lane.Limit / 10}")
                .With("X-HubSpot-RateLimit-Secondly-Remaining", $"{Math.Min(lane.Limit / 10, remaining)}");
        }

        return switches.DailyLimit == 0 || IsOAuth(token) ? answer : answer
            .With("X-HubSpot-RateLimit-Daily", $"{switches.DailyLimit}")
            .With("X-HubSpot-RateLimit-Daily-Remaining", $"{Math.Max(0, switches.DailyLimit - UsedToday)}");
    }

    /// <summary>The 429, whose body is of another shape than all other errors.</summary>
    public SandboxResponse Refuse(RateLane lane, string policy, string correlationId, string requestId, DateTimeOffset at)
    {
        var body = new JsonObject
        {
            ["status"] = "error",
            ["message"] = $"You have reached your {policy.ToLowerInvariant()} limit.",
            ["correlationId"] = correlationId,
        };
        if (world.Switches.LimitsAreACategory)
        {
            body["category"] = "RATE_LIMITS";
        }
        else
        {
            body["errorType"] = "RATE_LIMIT";
            body["policyName"] = policy;
            body["requestId"] = requestId;
        }

        var answer = SandboxResponse.Json(429, body);
        return world.Switches.LimitsTellRetryAfter ? answer.With("Retry-After", $"{SecondsLeft(lane, policy, at)}") : answer;
    }

    private long SecondsLeft(RateLane lane, string policy, DateTimeOffset at)
    {
        var free = policy == "DAILY"
            ? ResetsAt
            : DateTimeOffset.FromUnixTimeMilliseconds(Calls(lane).Peek() + lane.Window);
        return (long)Math.Ceiling((free - at).TotalSeconds);
    }

    private static bool IsOAuth(HubSpotToken token) => token.ExpiresAt is not null;

    private void StartDay(DateTimeOffset at)
    {
        var day = Local(at).Date;
        if (day != _day)
        {
            (_day, UsedToday) = (day, 0);
        }
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, world.TimeZone);

    private Queue<long> Calls(RateLane lane)
    {
        if (!_calls.TryGetValue(lane.Name, out var calls))
        {
            _calls[lane.Name] = calls = new Queue<long>();
        }

        return calls;
    }

    private static void Expire(Queue<long> calls, long before)
    {
        while (calls.TryPeek(out var oldest) && oldest <= before)
        {
            calls.Dequeue();
        }
    }
}
