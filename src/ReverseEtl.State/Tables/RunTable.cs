using System.Data.Common;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>Cycles.</summary>
internal sealed class RunTable(MappingContext context)
{
    /// <summary>Columns in the order of <see cref="Read"/>.</summary>
    public const string Columns =
        "r.id, r.reason, r.started_at, r.finished_at, r.outcome, r.message, r.created, r.updated, r.linked, r.deleted, r.unchanged, r.pulled, "
        + "r.rejected, r.conflicts, r.losses, r.held, r.api_calls, r.duration_ms, coalesce(r.audit_findings, 0), coalesce(r.unverified, 0)";

    /// <summary>How many columns these are.</summary>
    public const int ColumnCount = 20;

    private const string Start =
        """
        with started as (insert into retl.run (mapping_id, reason, started_at) values (@Id, @reason, @at) returning id)
        update retl.mapping set last_run = greatest(last_run, started.id) from started where mapping.id = @Id returning started.id
        """;

    private const string Finish =
        """
        update retl.run
           set finished_at = @at, outcome = @Outcome, message = @message, created = @Created, updated = @Updated, linked = @Linked,
               deleted = @Deleted, unchanged = @Unchanged, pulled = @Pulled, rejected = @Rejected, conflicts = @Conflicts,
               losses = @Losses, held = @Held, api_calls = @ApiCalls, duration_ms = @DurationMs, audit_findings = @AuditFindings, unverified = @Unverified
         where id = @run and mapping_id = @Id;
        update retl.mapping set version_pending = false, doubted_through = null
         where id = @Id and (version_pending or doubted_through is not null) and @Outcome <> 'failed';
        """;

    public Task<long> StartAsync(string reason, DateTimeOffset at, CancellationToken cancellationToken) => context.Session.ScalarAsync<long>(
        Start,
        new { context.Id, reason = PgText.Store(reason), at = at.ToUniversalTime() },
        cancellationToken);

    public Task FinishAsync(long run, RunResult result, DateTimeOffset at, CancellationToken cancellationToken) => context.Session.ExecuteAsync(
        Finish,
        new
        {
            context.Id,
            run,
            at = at.ToUniversalTime(),
            result.Outcome,
            message = PgText.Store(result.Message),
            result.Created,
            result.Updated,
            result.Linked,
            result.Deleted,
            result.Unchanged,
            result.Pulled,
            result.Rejected,
            result.Conflicts,
            result.Losses,
            result.Held,
            result.ApiCalls,
            result.DurationMs,
            result.AuditFindings,
            result.Unverified,
        },
        cancellationToken);

    /// <summary>One row of <see cref="Columns"/>, from a column on; null where an outer join found none.</summary>
    public static RunReport? Read(DbDataReader row, string mapping, int from)
    {
        if (row.IsDBNull(from))
        {
            return null;
        }

        long Count(int offset) => row.GetInt64(from + offset);
        var result = row.IsDBNull(from + 4) ? null : new RunResult
        {
            Outcome = row.GetString(from + 4),
            Message = PgText.Load(row.TextOrNull(from + 5)),
            Created = Count(6),
            Updated = Count(7),
            Linked = Count(8),
            Deleted = Count(9),
            Unchanged = Count(10),
            Pulled = Count(11),
            Rejected = Count(12),
            Conflicts = Count(13),
            Losses = Count(14),
            Held = Count(15),
            ApiCalls = Count(16),
            DurationMs = Count(17),
            AuditFindings = Count(18),
            Unverified = Count(19),
        };
        return new(
            row.GetInt64(from), mapping, PgText.Load(row.GetString(from + 1))!, row.GetFieldValue<DateTimeOffset>(from + 2), row.TimeOrNull(from + 3), result);
    }
}
