using ReverseEtl.Core.Planning;
using System.Data.Common;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>Records that a side refuses.</summary>
internal sealed class RejectTable(MappingContext context)
{
    /// <summary>Columns in the order of <see cref="Read(DbDataReader, int)"/>.</summary>
    public const string Columns = "r.key, r.crm_id, r.side, r.class, r.reason, r.retry, r.print, r.attempts, r.next_attempt_at";

    private const string Upsert =
        """
        insert into retl.reject
               (mapping_id, first_at, last_at, key, crm_id, side, class, reason, retry, print, attempts, next_attempt_at)
        select @Id, @at, @at, n.*
          from unnest(@keys, @crmIds, @sides, @classes, @reasons, @retries, @prints, @attempts, @nexts) as n
        on conflict (mapping_id, key, side) do update
           set last_at = excluded.last_at, crm_id = excluded.crm_id, class = excluded.class, reason = excluded.reason,
               retry = excluded.retry, print = excluded.print, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at
        """;

    public async Task<ILookup<string, Reject>> OfAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var rows = keys.Count == 0 ? [] : await context.Session.QueryAsync(
            $"{ByKey.Select(Columns, "reject")} order by r.id",
            new { context.Id, keys = keys.ToArray() },
            Read,
            cancellationToken);
        return rows.ToLookup(row => row.Key, StringComparer.Ordinal);
    }

    public Task StoreAsync(IReadOnlyList<Reject> rejects, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var rows = rejects.LastBy(reject => (reject.Key, reject.Side));
        return rows.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            Upsert,
            new
            {
                context.Id,
                at = at.ToUniversalTime(),
                keys = rows.Select(row => row.Key).ToArray(),
                crmIds = rows.Select(row => row.CrmId).ToArray(),
                sides = rows.Select(row => (short)row.Side).ToArray(),
                classes = rows.Select(row => PgText.Store(row.Class)).ToArray(),
                reasons = rows.Select(row => PgText.Store(row.Reason)).ToArray(),
                retries = rows.Select(row => (short)row.Retry).ToArray(),
                prints = rows.Select(row => row.Print.ToUuid()).ToArray(),
                attempts = rows.Select(row => row.Attempts).ToArray(),
                nexts = rows.Select(row => row.NextAttemptAt?.ToUniversalTime()).ToArray(),
            },
            cancellationToken);
    }

    public Task ClearAsync(IReadOnlyList<(string Key, Side Side)> records, CancellationToken cancellationToken) =>
        records.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            ByKey.DeleteSides("reject"),
            new { context.Id, keys = records.Select(record => record.Key).ToArray(), sides = records.Select(record => (short)record.Side).ToArray() },
            cancellationToken);

    /// <summary>One row of <see cref="Columns"/>, from a column on.</summary>
    public static Reject Read(DbDataReader row, int from) => new(
        row.GetString(from),
        row.TextOrNull(from + 1),
        (Side)row.GetInt16(from + 2),
        PgText.Load(row.GetString(from + 3))!,
        PgText.Load(row.GetString(from + 4))!,
        (RetryRule)row.GetInt16(from + 5),
        row.Print(from + 6),
        row.GetInt32(from + 7),
        row.TimeOrNull(from + 8));

    private static Reject Read(DbDataReader row) => Read(row, 0);
}
