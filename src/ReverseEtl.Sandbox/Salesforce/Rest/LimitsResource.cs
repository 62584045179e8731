using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Bulk;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>/limits and /limits/recordCount (reference §2.1, §2.6).</summary>
internal sealed class LimitsResource(RestEngine engine, UsageMeter meter, BulkApi bulk)
{
    /// <summary>Until then batches were called requests (reference §2.6).</summary>
    private const double BatchesNamedSince = 49;

    private static readonly (string Name, int Max)[] Untouched =
    [
        ("DailyBulkV2QueryFileStorageMB", 976_562),
        ("DailyDeliveredPlatformEvents", 25_000), ("MonthlyPlatformEventsUsageEntitlement", 0), ("DataStorageMB", 1_073),
        ("FileStorageMB", 1_073), ("SingleEmail", 5_000), ("HourlyTimeBasedWorkflow", 1_000),
    ];

    public SandboxResponse Limits(RestCall call)
    {
        var max = engine.Org.Switches.DailyApiLimit;
        var requests = Entry(max, max - meter.Used(engine.Org.Instant));
        if (engine.Org.Switches.LimitsTellApps)
        {
            requests["Dataloader Bulk"] = Entry(0, 0);
        }

        var body = new JsonObject { ["DailyApiRequests"] = requests };
        body[call.VersionNumber >= BatchesNamedSince ? "DailyBulkApiBatches" : "DailyBulkApiRequests"] = Entry(engine.Org.Switches.DailyBulkBatches, bulk.BatchesLeft);
        body["DailyBulkV2QueryJobs"] = Entry(engine.Org.Switches.DailyBulkQueryJobs, bulk.QueryJobsLeft);
        foreach (var (name, most) in Untouched)
        {
            body[name] = Entry(most, most);
        }

        return JsonText.Answer(200, body);
    }

    /// <summary>Objects that are unknown or have no records are left out.</summary>
    public SandboxResponse RecordCount(RestCall call)
    {
        var wanted = call.Http.Query("sObjects")?.Split(',', StringSplitOptions.TrimEntries);
        var now = engine.Org.Instant;
        var counts = engine.Org.Schema.Types
            .Where(t => wanted is null || wanted.Contains(t.Name, StringComparer.OrdinalIgnoreCase))
            .Select(t => (t.Name, Count: engine.Org.Table(t).Rows.Count(r => r.Visible(now) is { } v && !v.IsDeleted(t))))
            .Where(c => c.Count > 0)
            .Select(c => (JsonNode)new JsonObject { ["count"] = c.Count, ["name"] = c.Name });
        return JsonText.Answer(200, new JsonObject { ["sObjects"] = new JsonArray([.. counts]) });
    }

    private static JsonObject Entry(int max, int remaining) => new() { ["Max"] = max, ["Remaining"] = Math.Max(0, remaining) };
}
