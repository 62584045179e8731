using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>getUpdated and getDeleted (reference §6.3): windows in whole minutes.</summary>
internal sealed class ReplicationResource(RestEngine engine)
{
    private static readonly TimeSpan UpdatedAge = TimeSpan.FromDays(30);
    private static readonly TimeSpan DeletedAge = TimeSpan.FromDays(15);

    public SandboxResponse Updated(RestCall call, ObjectType type)
    {
        if (!call.IsRead)
        {
            return call.NotAllowed("GET,HEAD");
        }

        var (start, end) = Window(call, UpdatedAge);
        var now = engine.Org.Instant;
        var ids = new JsonArray();
        foreach (var record in engine.Org.Table(type).Rows)
        {
            if (record.Visible(now) is { } version && !version.IsDeleted(type)
                && version[type.SystemModstamp] is DateTimeOffset stamp && stamp >= start && stamp < end)
            {
                ids.Add(record.Id);
            }
        }

        RequireFew(ids.Count);
        return JsonText.Answer(200, new JsonObject { ["ids"] = ids, ["latestDateCovered"] = LatestCovered(end) });
    }

    public SandboxResponse Deleted(RestCall call, ObjectType type)
    {
        if (!call.IsRead)
        {
            return call.NotAllowed("GET,HEAD");
        }

        var (start, end) = Window(call, DeletedAge);
        var log = engine.Org.DeleteLog(type);
        var oldest = Minute(engine.Org.Now - DeletedAge);
        var now = engine.Org.Instant;
        JsonNode[] deleted =
        [
            .. log.Between(start, end)
                .Where(e => engine.Org.Find(e.Id) is not { } kept || kept.Visible(now)?.IsDeleted(type) == true)
                .Select(e => (JsonNode)new JsonObject { ["id"] = e.Id, ["deletedDate"] = JsonText.DateTime(e.At) }),
        ];
        RequireFew(deleted.Length);
        return JsonText.Answer(200, new JsonObject
        {
            ["deletedRecords"] = new JsonArray(deleted),
            ["earliestDateAvailable"] = JsonText.DateTime(log.PurgedBefore is { } purged && purged > oldest ? Minute(purged) : oldest),
            ["latestDateCovered"] = LatestCovered(end),
        });
    }

    private void RequireFew(int ids)
    {
        if (ids > engine.Org.Switches.MostReplicatedIds)
        {
            throw new SalesforceException(400, new SalesforceError("EXCEEDED_ID_LIMIT", "Too many records in the window; ask for a shorter one"));
        }
    }

    /// <summary>Never past an open transaction's start: the platform's only watermark for late commits.</summary>
    private string LatestCovered(DateTimeOffset end)
    {
        var now = Minute(engine.Org.Now);
        var covered = (end < now ? end : now) - TimeSpan.FromMinutes(engine.Org.Switches.ReplicationLagMinutes);
        return JsonText.DateTime(engine.Org.OldestOpenTransaction() is { } open && Minute(open) < covered ? Minute(open) : covered);
    }

    private (DateTimeOffset Start, DateTimeOffset End) Window(RestCall call, TimeSpan age)
    {
        var (start, end) = (Read(call, "start"), Read(call, "end"));
        if (end - start <= TimeSpan.FromMinutes(1))
        {
            throw Invalid("endDate must be at least one minute greater than startDate");
        }

        if (start < Minute(engine.Org.Now - age))
        {
            throw Invalid($"startDate must not be more than {age.Days} days ago");
        }

        return start > engine.Org.Now ? throw Invalid("startDate must not be in the future") : (start, end);
    }

    private static DateTimeOffset Read(RestCall call, string name)
    {
        var text = call.Http.Query(name) ?? throw Invalid($"{name} is required");
        return ValueParser.ParseDateTime(text) is { } time ? Minute(time) : throw Invalid($"{name} is not a date and time: {text}");
    }

    private static DateTimeOffset Minute(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute));

    private static SalesforceException Invalid(string message) => new(400, new SalesforceError("INVALID_REPLICATION_DATE", message));
}
