using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>What the next cycle must look at: marks, missing records, and how far the sides were read.</summary>
internal sealed class AttentionTable(MappingContext context)
{
    private const string Mark =
        """
        insert into retl.dirty (mapping_id, at, key, crm_id, reason)
        select @Id, @at, n.* from unnest(@keys, @crmIds, @reasons) as n
        on conflict (mapping_id, key, crm_id) do update set id = nextval('retl.dirty_id'), reason = excluded.reason
        """;

    private const string Due =
        """
        select id, key, crm_id, reason
          from ((select id, key, crm_id, reason, at from retl.dirty where mapping_id = @Id order by at, id limit @limit)
                union all
                (select 0, key, crm_id, 'reject is due', next_attempt_at
                   from retl.reject where mapping_id = @Id and next_attempt_at <= @now order by next_attempt_at limit @limit)) as due
         order by at, id
         limit @limit
        """;

    /// <summary>Marks records of any mapping. A mark made again keeps its place in the line.</summary>
    public static Task MarkAsync(Session session, short mapping, IReadOnlyList<DirtyMark> marks, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var rows = marks.LastBy(mark => (mark.Key, mark.CrmId));
        return rows.Count == 0 ? Task.CompletedTask : session.ExecuteAsync(
            Mark,
            new
            {
                Id = mapping,
                at = at.ToUniversalTime(),
                keys = rows.Select(row => row.Key).ToArray(),
                crmIds = rows.Select(row => row.CrmId).ToArray(),
                reasons = rows.Select(row => PgText.Store(row.Reason)).ToArray(),
            },
            cancellationToken);
    }

    public Task MarkAsync(IReadOnlyList<DirtyMark> marks, DateTimeOffset at, CancellationToken cancellationToken) =>
        MarkAsync(context.Session, context.Id, marks, at, cancellationToken);

    public async Task<IReadOnlyList<DirtyMark>> DirtyAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        await context.Session.QueryAsync(
            Due,
            new { context.Id, now = now.ToUniversalTime(), limit },
            row => new DirtyMark(row.TextOrNull(1), row.TextOrNull(2), PgText.Load(row.GetString(3))!) { Id = row.GetInt64(0) },
            cancellationToken);

    public Task ClearDirtyAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            "delete from retl.dirty where mapping_id = @Id and id = any(@ids)", new { context.Id, ids = ids.ToArray() }, cancellationToken);

    public async Task<IReadOnlyList<Tombstone>> TombstonesAsync(CancellationToken cancellationToken) => await context.Session.QueryAsync(
        "select key, side, missing_since from retl.tombstone where mapping_id = @Id order by missing_since, key",
        new { context.Id },
        row => new Tombstone(row.GetString(0), (Side)row.GetInt16(1), row.GetFieldValue<DateTimeOffset>(2)),
        cancellationToken);

    /// <summary>Records that are missing; the first time they were seen so counts.</summary>
    public Task StoreTombstonesAsync(IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken)
    {
        var rows = tombstones.LastBy(tombstone => (tombstone.Key, tombstone.Side));
        return rows.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            """
            insert into retl.tombstone as t (mapping_id, key, side, missing_since)
            select @Id, n.* from unnest(@keys, @sides, @since) as n
            on conflict (mapping_id, key, side) do update set missing_since = least(t.missing_since, excluded.missing_since)
            """,
            new
            {
                context.Id,
                keys = rows.Select(row => row.Key).ToArray(),
                sides = rows.Select(row => (short)row.Side).ToArray(),
                since = rows.Select(row => row.MissingSince.ToUniversalTime()).ToArray(),
            },
            cancellationToken);
    }

    public Task ClearTombstonesAsync(IReadOnlyList<(string Key, Side Side)> records, CancellationToken cancellationToken) =>
        records.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            ByKey.DeleteSides("tombstone"),
            new { context.Id, keys = records.Select(record => record.Key).ToArray(), sides = records.Select(record => (short)record.Side).ToArray() },
            cancellationToken);

    public async Task<Watermark?> WatermarkAsync(Side side, CancellationToken cancellationToken) => (await context.Session.QueryAsync(
        "select through, full_at from retl.watermark where mapping_id = @Id and side = @side",
        new { context.Id, side = (short)side },
        row => new Watermark(row.GetFieldValue<DateTimeOffset>(0), row.TimeOrNull(1)),
        cancellationToken)).FirstOrDefault();

    public async Task StoreWatermarksAsync(IReadOnlyList<(Side Side, Watermark Mark)> marks, CancellationToken cancellationToken)
    {
        foreach (var (side, mark) in marks)
        {
            await context.Session.ExecuteAsync(
                """
                insert into retl.watermark (mapping_id, side, through, full_at) values (@Id, @side, @through, @full)
                on conflict (mapping_id, side) do update set through = excluded.through, full_at = excluded.full_at
                """,
                new { context.Id, side = (short)side, through = mark.Through.ToUniversalTime(), full = mark.FullAt?.ToUniversalTime() },
                cancellationToken);
        }
    }
}
