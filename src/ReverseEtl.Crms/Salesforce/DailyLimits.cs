using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Querying;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>Reads <c>DailyApiRequests</c> out of <c>/limits</c> (§2.6), leniently: the rest of that document varies by org.</summary>
internal static class DailyLimits
{
    public static void Observe(byte[] body, AccountLimiter limiter)
    {
        if (body.Length == 0)
        {
            return;
        }

        using var document = JsonDocument.Parse(body);
        if (JsonValue.Find(document.RootElement, "DailyApiRequests") is { } daily
            && JsonValue.Find(daily, "Max") is { ValueKind: JsonValueKind.Number } max && max.TryGetInt64(out var limit)
            && JsonValue.Find(daily, "Remaining") is { ValueKind: JsonValueKind.Number } remaining && remaining.TryGetInt64(out var left))
        {
            limiter.ObserveDaily(limit - left, limit);
        }
    }
}
