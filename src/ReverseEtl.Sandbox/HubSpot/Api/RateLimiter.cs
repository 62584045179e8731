using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Three limits: 10 rolling seconds a token, a calendar day an account, a second of searches an account.</summary>
internal sealed class RateLimiter(HubSpotWorld world)
{
    private const int Window = 10_000;
    private const int Second = 1_000;
    private readonly Dictionary<string, Queue<long>> _calls = new(StringComparer.Ordinal);
    private readonly Queue<long> _searches = new();
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

    /// <summary>The name of the limit that refuses the request, or null when it may go ahead; only then it counts.</summary>
    public string? Admit(HubSpotToken token, bool isSearch, DateTimeOffset at)
    {
        StartDay(at);
        var switches = world.Switches;
        var now = at.ToUnixTimeMilliseconds();
        if (switches.DailyLimit > 0 && UsedToday >= switches.DailyLimit)
        {
            return "DAILY";
        }

        var (calls, window, limit) = isSearch
            ? (_searches, Second, switches.SearchesPerSecond)
            : (Calls(token), Window, switches.TenSecondlyLimit);
        Expire(calls, now - window);
        if (limit > 0 && calls.Count >= limit)
        {
            return isSearch ? "SECONDLY" : "TEN_SECONDLY_ROLLING";
        }

        calls.Enqueue(now);
        UsedToday++;
        return null;
    }

    /// <summary>The headers of an answer; searches carry none of them.</summary>
    public SandboxResponse Stamp(SandboxResponse answer, HubSpotToken token)
    {
        var switches = world.Switches;
        if (switches.TenSecondlyLimit > 0)
        {
            var remaining = Math.Max(0, switches.TenSecondlyLimit - Calls(token).Count);
            answer = answer
                .With("X-HubSpot-RateLimit-Max", $"{switches.TenSecondlyLimit}")
                .With("X-HubSpot-RateLimit-Remaining", $"{remaining}")
                .With("X-HubSpot-RateLimit-Interval-Milliseconds", $"{Window}")
                .With("X-HubSpot-RateLimit-Secondly", $"{switches.TenSecondlyLimit / 10}")
                .With("X-HubSpot-RateLimit-Secondly-Remaining", $"{Math.Min(switches.TenSecondlyLimit / 10, remaining)}");
        }

        return switches.DailyLimit == 0 ? answer : answer
            .With("X-HubSpot-RateLimit-Daily", $"{switches.DailyLimit}")
            .With("X-HubSpot-RateLimit-Daily-Remaining", $"{Math.Max(0, switches.DailyLimit - UsedToday)}");
    }

    /// <summary>The 429 body, of another shape than all other errors.</summary>
    public static JsonObject Body(string policy, string correlationId, string requestId) => new()
    {
        ["status"] = "error",
        ["message"] = $"You have reached your {policy.ToLowerInvariant()} limit.",
        ["errorType"] = "RATE_LIMIT",
        ["correlationId"] = correlationId,
        ["policyName"] = policy,
        ["requestId"] = requestId,
    };

    private void StartDay(DateTimeOffset at)
    {
        var day = Local(at).Date;
        if (day != _day)
        {
            (_day, UsedToday) = (day, 0);
        }
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, world.TimeZone);

    private Queue<long> Calls(HubSpotToken token)
    {
        if (!_calls.TryGetValue(token.Token, out var calls))
        {
            _calls[token.Token] = calls = new Queue<long>();
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
