using System.Collections.Concurrent;
using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>
/// What Salesforce's replication resources know better than a query (§6.3): how far everything is committed, which records left the recycle
/// bin, and which changed that a query did not show. Cheap calls, and no more often than every five minutes an object, as Salesforce asks.
/// </summary>
internal sealed class Replication(ISalesforceApi api, string version, bool isOn, DescribeCache describes, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    // The window must be longer than a minute, and seconds do not count.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(3);

    // Deletes are kept for 15 days; a list of more than this is a sweep's work.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    private readonly ConcurrentDictionary<string, (DateTimeOffset AskedAt, DateTimeOffset Horizon)> _horizons = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _missedAskedAt = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Until when, by Salesforce's clock, a read that begins now shows everything: not beyond the start of a transaction that is still open,
    /// whose rows will carry a stamp from before their commit.
    /// </summary>
    /// <param name="type">The object.</param>
    /// <param name="now">Salesforce's clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<DateTimeOffset> HorizonAsync(string type, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!isOn || await describes.KnownAsync(type, cancellationToken) is not { Replicateable: true })
        {
            return now;
        }

        // What was committed five minutes ago is so still: an old answer only makes the next read begin earlier.
        if (_horizons.TryGetValue(type, out var known) && now - known.AskedAt < Every)
        {
            return known.Horizon;
        }

        var asking = api.Updated(version, type, Soql.Instant(now - Window), Soql.Instant(now), cancellationToken);
        using var answer = await AskAsync(asking, cancellationToken);
        var horizon = answer is null ? now : Earlier(now, JsonValue.Instant(JsonValue.Text(answer.RootElement, "latestDateCovered")));
        _horizons[type] = (now, horizon);
        return horizon;
    }

    /// <summary>Whether a read of changes is to be checked against the lists of changed and deleted records.</summary>
    public bool IsAsked(ObjectDescribe? describe, DateTimeOffset? since) =>
        isOn && describe is { Replicateable: true } && since is { } from && time.GetUtcNow() - from is var age && age > Window && age < Longest
        && !(_missedAskedAt.TryGetValue(describe.Schema.Name, out var at) && time.GetUtcNow() - at < Every);

    /// <summary>
    /// Records that changed since and that the query did not show: it overlooked them, or the recycle bin has lost them. To be read by id.
    /// </summary>
    public async Task<IReadOnlyList<CrmChange>> MissedAsync(
        string type, DateTimeOffset since, IReadOnlySet<string> seen, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        _missedAskedAt[type] = now;
        return [.. await DeletedAsync(type, since, now, seen, cancellationToken), .. await UpdatedAsync(type, since, now, seen, cancellationToken)];
    }

    private async Task<IReadOnlyList<CrmChange>> DeletedAsync(
        string type, DateTimeOffset since, DateTimeOffset now, IReadOnlySet<string> seen, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(api.Deleted(version, type, Soql.Instant(since), Soql.Instant(now), cancellationToken), cancellationToken);
        return answer is null || JsonValue.Find(answer.RootElement, "deletedRecords") is not { ValueKind: JsonValueKind.Array } list ? []
        :
        [
            .. from item in list.EnumerateArray()
               let id = SalesforceId.Normalize(JsonValue.Text(item, "id"))
               let at = JsonValue.Instant(JsonValue.Text(item, "deletedDate"))
               where id is not null && at is not null && !seen.Contains(id)
               select new CrmChange(id, at.Value, null),
        ];
    }

    // The list begins with a whole minute, the query in the midst of one: what changed before it is none of the query's. Times are not told.
    private async Task<IReadOnlyList<CrmChange>> UpdatedAsync(
        string type, DateTimeOffset since, DateTimeOffset now, IReadOnlySet<string> seen, CancellationToken cancellationToken)
    {
        var start = since.AddTicks(TimeSpan.TicksPerMinute - 1);
        start = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerMinute));
        using var answer = await AskAsync(api.Updated(version, type, Soql.Instant(start), Soql.Instant(now), cancellationToken), cancellationToken);
        return answer is null || JsonValue.Find(answer.RootElement, "ids") is not { ValueKind: JsonValueKind.Array } list ? []
        :
        [
            .. from item in list.EnumerateArray()
               where item.ValueKind is JsonValueKind.String
               let id = SalesforceId.Normalize(item.GetString())
               where id is not null && !seen.Contains(id)
               select new CrmChange(id, since, null),
        ];
    }

    private static DateTimeOffset Earlier(DateTimeOffset now, DateTimeOffset? covered) => covered < now ? covered.Value : now;

    // A refusal (a window that is too old, an object that is not replicated after all) says nothing; the sweep finds what this would have.
    private static async Task<JsonDocument?> AskAsync(Task<HttpResponseMessage> asking, CancellationToken cancellationToken)
    {
        const string Doing = "replication";
        try
        {
            using var answer = await asking;
            if (answer.IsSuccessStatusCode)
            {
                return JsonDocument.Parse(await Body.RequireAsync(answer, Doing, cancellationToken));
            }

            var failure = await Failure.OfAsync(answer, Doing, cancellationToken);
            return failure.Trouble is PortTrouble.Refused ? null : throw failure;
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, Doing);
        }
    }
}
