using System.Collections.Concurrent;
using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>
/// What Salesforce's replication resources know better than a query (§6.3): how far everything is committed, which records left the recycle
/// bin, and which changed that a query did not show. Cheap calls, and no more often than every five minutes a read, as Salesforce asks.
/// </summary>
internal sealed class Replication(ISalesforceApi api, string version, bool isOn, DescribeCache describes, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    // The window must be longer than a minute, and seconds do not count.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(3);

    // Deletes are kept for 15 days; a list of more than this is a sweep's work.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    // An org that says so for ever does not make every read one of everything.
    private static readonly TimeSpan GapsEvery = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, (DateTimeOffset AskedAt, DateTimeOffset Horizon)> _horizons = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _missedAskedAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _wholeAt = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _owing = new(StringComparer.Ordinal);

    // By how much Salesforce's clock is ahead of ours; its lists are asked for in its time.
    private long _aheadTicks;

    private DateTimeOffset Now => time.GetUtcNow().AddTicks(Interlocked.Read(ref _aheadTicks));

    /// <summary>
    /// Until when, by Salesforce's clock, a read that begins now shows everything: not beyond the start of a transaction that is still open,
    /// whose rows will carry a stamp from before their commit.
    /// </summary>
    /// <param name="type">The object.</param>
    /// <param name="now">Salesforce's clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<DateTimeOffset> HorizonAsync(string type, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _aheadTicks, (now - time.GetUtcNow()).Ticks);
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
        using var reply = await AskAsync(asking, cancellationToken);
        var horizon = Earlier(now, reply.Instant("latestDateCovered"));
        _horizons[type] = (now, horizon);
        return horizon;
    }

    /// <summary>Whether a read of changes is to be checked against the lists of changed and deleted records.</summary>
    public bool IsAsked(CrmRead read, ObjectDescribe? describe, DateTimeOffset? since) =>
        isOn && describe is { Replicateable: true } && since is { } from && Now - from is var age && age > Window && age < Longest
        && !(_missedAskedAt.TryGetValue(ReadName.Of(read), out var at) && Now - at < Every);

    /// <summary>See <see cref="ICrm.OwesFullRead"/>.</summary>
    public bool OwesFullRead(CrmRead read) => _owing.ContainsKey(ReadName.Of(read));

    /// <summary>Everything was asked for and read.</summary>
    public void WasRead(CrmRead read)
    {
        _wholeAt[ReadName.Of(read)] = Now;
        _owing.TryRemove(ReadName.Of(read), out _);
    }

    /// <summary>
    /// Records that changed since and that the query did not show: it overlooked them, or the recycle bin has lost them. To be read by id.
    /// </summary>
    public async Task<IReadOnlyList<CrmChange>> MissedAsync(
        CrmRead read, DateTimeOffset since, IReadOnlySet<string> seen, CancellationToken cancellationToken)
    {
        var now = Now;
        _missedAskedAt[ReadName.Of(read)] = now;
        return [.. await DeletedAsync(read, since, now, seen, cancellationToken), .. await UpdatedAsync(read, since, now, seen, cancellationToken)];
    }

    private void NoteGap(CrmRead read, DateTimeOffset now)
    {
        if (!(_wholeAt.TryGetValue(ReadName.Of(read), out var at) && now - at < GapsEvery))
        {
            _owing[ReadName.Of(read)] = true;
        }
    }

    private async Task<IReadOnlyList<CrmChange>> DeletedAsync(
        CrmRead read, DateTimeOffset since, DateTimeOffset now, IReadOnlySet<string> seen, CancellationToken cancellationToken)
    {
        var asking = api.Deleted(version, read.Object, Soql.Instant(since), Soql.Instant(now), cancellationToken);
        using var reply = await AskAsync(asking, cancellationToken);
        if (reply.IsCutOff || reply.Instant("earliestDateAvailable") > since)
        {
            // What was deleted before that and has left the recycle bin is in no list any more.
            NoteGap(read, now);
        }

        return reply.Find("deletedRecords") is not { ValueKind: JsonValueKind.Array } list ? []
        :
        [
            .. from item in list.EnumerateArray()
               let id = SalesforceId.OfAnswer(JsonValue.Text(item, "id"))
               let at = JsonValue.Instant(JsonValue.Text(item, "deletedDate"))
               where id is not null && at is not null && !seen.Contains(id)
               select new CrmChange(id, at.Value, null),
        ];
    }

    // The list begins with a whole minute, the query in the midst of one: what changed before it is none of the query's. Times are not told.
    private async Task<IReadOnlyList<CrmChange>> UpdatedAsync(
        CrmRead read, DateTimeOffset since, DateTimeOffset now, IReadOnlySet<string> seen, CancellationToken cancellationToken)
    {
        var start = since.AddTicks(TimeSpan.TicksPerMinute - 1);
        start = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerMinute));
        var asking = api.Updated(version, read.Object, Soql.Instant(start), Soql.Instant(now), cancellationToken);
        using var reply = await AskAsync(asking, cancellationToken);
        return reply.Find("ids") is not { ValueKind: JsonValueKind.Array } list ? []
        :
        [
            .. from item in list.EnumerateArray()
               where item.ValueKind is JsonValueKind.String
               let id = SalesforceId.OfAnswer(item.GetString())
               where id is not null && !seen.Contains(id)
               select new CrmChange(id, since, null),
        ];
    }

    private static DateTimeOffset Earlier(DateTimeOffset now, DateTimeOffset? covered) => covered < now ? covered.Value : now;

    // A refusal of an object that is not replicated after all says nothing; the sweep finds what this would have.
    private static async Task<Reply> AskAsync(Task<HttpResponseMessage> asking, CancellationToken cancellationToken)
    {
        const string Doing = "replication";
        try
        {
            using var answer = await asking;
            if (answer.IsSuccessStatusCode)
            {
                return new Reply(JsonDocument.Parse(await Body.RequireAsync(answer, Doing, cancellationToken)), false);
            }

            var errors = await ErrorBody.ReadAsync(answer, cancellationToken);
            var failure = Failure.Of(answer, errors, Doing);
            return failure.Trouble is PortTrouble.Refused
                ? new Reply(null, errors.Any(error => error.Code is "INVALID_REPLICATION_DATE" or "EXCEEDED_ID_LIMIT"))
                : throw failure;
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, Doing);
        }
    }

    private sealed record Reply(JsonDocument? Document, bool IsCutOff) : IDisposable
    {
        public JsonElement? Find(string name) => Document is null ? null : JsonValue.Find(Document.RootElement, name);

        public DateTimeOffset? Instant(string name) => Document is null ? null : JsonValue.Instant(JsonValue.Text(Document.RootElement, name));

        public void Dispose() => Document?.Dispose();
    }
}
