using ReverseEtl.Core.Planning;
using System.Data.Common;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.State.Tables;

namespace ReverseEtl.State.Reports;

/// <summary>What people ask; each question on a connection of its own, beside whatever cycle is running.</summary>
internal sealed class PostgresStateReports(Func<CancellationToken, Task<Session>> open) : IStateReports
{
    private const string Statuses =
        $"""
         select m.name,
                (select count(*) from retl.pair p where p.mapping_id = m.id and p.state = 1),
                (select count(*) from retl.conflict c where c.mapping_id = m.id and c.closed_at is null),
                (select count(*) from retl.reject j where j.mapping_id = m.id),
                (select count(*) from retl.intent i where i.mapping_id = m.id),
                (select count(*) from retl.dirty d where d.mapping_id = m.id),
                (select count(*) from retl.tombstone t where t.mapping_id = m.id),
                (select count(*) from retl.loss l where l.mapping_id = m.id),
                w.through, w.full_at, c.through, c.full_at,
                (select s.finished_at from retl.run s where s.mapping_id = m.id and s.outcome in ('ok', 'attention') order by s.id desc limit 1),
                m.doubted_through is not null,
                {RunTable.Columns}
           from retl.mapping m
           left join retl.watermark w on w.mapping_id = m.id and w.side = 0
           left join retl.watermark c on c.mapping_id = m.id and c.side = 1
           left join lateral (select * from retl.run l where l.mapping_id = m.id order by l.id desc limit 1) r on true
          where m.version is not null
          order by m.name
         """;

    public Task<IReadOnlyList<ConflictReport>> ConflictsAsync(string? mapping, CancellationToken cancellationToken) => QueryAsync(
        $"""
         select {ConflictTable.Columns}, m.name
           from retl.conflict r join retl.mapping m on m.id = r.mapping_id
          where r.closed_at is null and (@mapping::text is null or m.name = @mapping)
          order by r.opened_at, r.id
         """,
        new { mapping },
        row => new ConflictReport(row.GetString(14), ConflictTable.Read(row)),
        cancellationToken);

    public async Task<string?> ResolveAsync(long conflict, Resolution resolution, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var session = await open(cancellationToken);
        return await session.InTransactionAsync(() => ResolveAsync(session, conflict, resolution, at, cancellationToken), cancellationToken);
    }

    public Task<IReadOnlyList<RejectReport>> RejectsAsync(string? mapping, CancellationToken cancellationToken) => QueryAsync(
        $"""
         select {RejectTable.Columns}, r.id, m.name, r.first_at, r.last_at
           from retl.reject r join retl.mapping m on m.id = r.mapping_id
          where @mapping::text is null or m.name = @mapping
          order by r.first_at, r.id
         """,
        new { mapping },
        row => new RejectReport(
            row.GetInt64(9), row.GetString(10), RejectTable.Read(row, 0), row.GetFieldValue<DateTimeOffset>(11), row.GetFieldValue<DateTimeOffset>(12)),
        cancellationToken);

    public async Task<int> RetryRejectsAsync(string? mapping, IReadOnlyList<long> ids, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var session = await open(cancellationToken);
        return await session.ExecuteAsync(
            """
            update retl.reject r
               set next_attempt_at = @at
              from retl.mapping m
             where m.id = r.mapping_id and (@mapping::text is null or m.name = @mapping) and (cardinality(@ids) = 0 or r.id = any(@ids))
            """,
            new { mapping, ids = ids.ToArray(), at = at.ToUniversalTime() },
            cancellationToken);
    }

    public async Task MarkDirtyAsync(string mapping, DirtyMark mark, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var session = await open(cancellationToken);
        var id = await MappingRow.IdAsync(session, mapping, cancellationToken);
        await AttentionTable.MarkAsync(session, id, [mark], at, cancellationToken);
    }

    public Task<IReadOnlyList<RunReport>> RunsAsync(string? mapping, int limit, CancellationToken cancellationToken) => QueryAsync(
        $"""
         select {RunTable.Columns}, m.name
           from retl.run r join retl.mapping m on m.id = r.mapping_id
          where @mapping::text is null or m.name = @mapping
          order by r.id desc
          limit @limit
         """,
        new { mapping, limit },
        row => RunTable.Read(row, row.GetString(RunTable.ColumnCount), 0)!,
        cancellationToken);

    public Task<IReadOnlyList<MappingStatus>> StatusAsync(CancellationToken cancellationToken) => QueryAsync(Statuses, null, ReadStatus, cancellationToken);

    public async Task<RecordHistory?> ExplainAsync(string mapping, string keyOrCrmId, CancellationToken cancellationToken)
    {
        await using var session = await open(cancellationToken);
        return await Explanation.OfAsync(session, mapping, keyOrCrmId, cancellationToken);
    }

    private static async Task<string?> ResolveAsync(
        Session session, long conflict, Resolution resolution, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var found = await session.QueryAsync(
            "select mapping_id, key, crm_id, outcome, closed_at from retl.conflict where id = @conflict for update",
            new { conflict },
            row => (
                Mapping: row.GetInt16(0),
                Key: row.TextOrNull(1),
                CrmId: row.TextOrNull(2),
                Outcome: PgText.Load(row.TextOrNull(3)),
                Closed: !row.IsDBNull(4)),
            cancellationToken);
        if (found.Count == 0)
        {
            return $"There is no conflict {conflict}.";
        }

        var row = found[0];
        if (row.Closed)
        {
            return $"Conflict {conflict} is closed already: {row.Outcome}.";
        }

        await session.ExecuteAsync(
            "update retl.conflict set choice = @choice, choice_value = @value, chosen_by = @by, chosen_at = @at where id = @conflict",
            new
            {
                conflict,
                choice = (short)resolution.Choice,
                value = PgText.Store(resolution.Value),
                by = PgText.Store(resolution.By),
                at = at.ToUniversalTime(),
            },
            cancellationToken);

        // A question about a line of the mapping is about no record.
        IReadOnlyList<DirtyMark> marks = row is { Key: null, CrmId: null } ? [] : [new(row.Key, row.CrmId, "conflict decided")];
        await AttentionTable.MarkAsync(session, row.Mapping, marks, at, cancellationToken);
        return null;
    }

    private static MappingStatus ReadStatus(DbDataReader row)
    {
        var name = row.GetString(0);
        Watermark? Mark(int column) => row.IsDBNull(column) ? null : new(row.GetFieldValue<DateTimeOffset>(column), row.TimeOrNull(column + 1));
        return new(
            name, row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7),
            Mark(8), Mark(10), RunTable.Read(row, name, 14), row.TimeOrNull(12))
        {
            NeedsComparison = row.GetBoolean(13),
        };
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var session = await open(cancellationToken);
        return await session.QueryAsync(sql, parameters, read, cancellationToken);
    }
}
