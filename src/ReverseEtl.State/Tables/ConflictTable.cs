using ReverseEtl.Core.Planning;
using System.Data.Common;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>Questions to people.</summary>
internal sealed class ConflictTable(MappingContext context)
{
    /// <summary>Columns in the order of <see cref="Read"/>.</summary>
    public const string Columns =
        "r.id, r.kind, r.key, r.crm_id, r.field, r.base_warehouse, r.base_crm, r.warehouse, r.crm, r.states, r.opened_at, r.choice, "
        + "r.choice_value, r.chosen_by";

    // A decision was about the values that were shown: when either side has another one now, it is asked for again.
    private const string Open =
        """
        insert into retl.conflict as c
               (mapping_id, kind, key, crm_id, field, base_warehouse, base_crm, warehouse, crm, states, opened_at)
        select @Id, n.*, @at
          from unnest(@kinds, @keys, @crmIds, @fields, @baseWarehouse, @baseCrm, @warehouse, @crm, @states) as n
        on conflict (mapping_id, kind, key, crm_id, field) where closed_at is null do update
           set base_warehouse = excluded.base_warehouse, base_crm = excluded.base_crm, warehouse = excluded.warehouse,
               crm = excluded.crm, states = excluded.states,
               choice = case when (c.warehouse, c.crm, right(c.states, 2)) is not distinct from
                                  (excluded.warehouse, excluded.crm, right(excluded.states, 2)) then c.choice end,
               choice_value = case when (c.warehouse, c.crm, right(c.states, 2)) is not distinct from
                                        (excluded.warehouse, excluded.crm, right(excluded.states, 2)) then c.choice_value end,
               chosen_by = case when (c.warehouse, c.crm, right(c.states, 2)) is not distinct from
                                     (excluded.warehouse, excluded.crm, right(excluded.states, 2)) then c.chosen_by end,
               chosen_at = case when (c.warehouse, c.crm, right(c.states, 2)) is not distinct from
                                     (excluded.warehouse, excluded.crm, right(excluded.states, 2)) then c.chosen_at end
        """;

    public async Task<ILookup<string, Conflict>> OpenOfAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var rows = keys.Count == 0 ? [] : await context.Session.QueryAsync(
            $"{ByKey.Select(Columns, "conflict", "key", "r.closed_at is null")} order by r.id",
            new { context.Id, keys = keys.ToArray() },
            Read,
            cancellationToken);
        return rows.ToLookup(row => row.Key!, StringComparer.Ordinal);
    }

    /// <summary>The latest question about each of these records as ones without a row.</summary>
    public Task<List<Conflict>> LatestOfRecordsAsync(IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken) =>
        context.Session.QueryAsync(
            $"""
             select distinct on (r.crm_id) {Columns}
               from retl.conflict r
              where r.mapping_id = @Id and r.key is null and r.kind = @kind and r.crm_id = any(@ids)
              order by r.crm_id, r.id desc
             """,
            new { context.Id, kind = (short)ConflictKind.NewInCrm, ids = crmIds.ToArray() },
            Read,
            cancellationToken);

    /// <summary>A record that has a row now, or is gone, is no longer one without a row.</summary>
    public Task CloseOfRecordsAsync(IReadOnlyList<string> crmIds, DateTimeOffset at, CancellationToken cancellationToken) =>
        crmIds.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            """
            update retl.conflict
               set closed_at = @at, outcome = coalesce('resolved: ' || (array['warehouse', 'crm', 'value', 'ignore'])[choice + 1], 'no longer in question')
             where mapping_id = @Id and key is null and kind = @kind and crm_id = any(@ids) and closed_at is null
            """,
            new { context.Id, at = at.ToUniversalTime(), kind = (short)ConflictKind.NewInCrm, ids = crmIds.ToArray() },
            cancellationToken);

    public Task OpenAsync(IReadOnlyList<Conflict> conflicts, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var rows = conflicts.LastBy(conflict => (conflict.Kind, conflict.Key, conflict.CrmId, conflict.Field));
        return rows.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            Open,
            new
            {
                context.Id,
                at = at.ToUniversalTime(),
                kinds = rows.Select(row => (short)row.Kind).ToArray(),
                keys = rows.Select(row => row.Key).ToArray(),
                crmIds = rows.Select(row => row.CrmId).ToArray(),
                fields = rows.Select(row => row.Field).ToArray(),
                baseWarehouse = rows.Select(row => PgText.Store(row.BaseWarehouse.Text)).ToArray(),
                baseCrm = rows.Select(row => PgText.Store(row.BaseCrm.Text)).ToArray(),
                warehouse = rows.Select(row => PgText.Store(row.Warehouse.Text)).ToArray(),
                crm = rows.Select(row => PgText.Store(row.Crm.Text)).ToArray(),
                states = rows.Select(row => StoredValue.LettersOf(row.BaseWarehouse, row.BaseCrm, row.Warehouse, row.Crm)).ToArray(),
            },
            cancellationToken);
    }

    public Task CloseAsync(IReadOnlyList<ConflictClosing> closings, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var rows = closings.LastBy(closing => closing.Id);
        return rows.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            """
            update retl.conflict c
               set closed_at = @at, outcome = n.outcome
              from unnest(@ids, @outcomes) as n(id, outcome)
             where c.id = any(@ids) and c.id = n.id and c.mapping_id = @Id and c.closed_at is null
            """,
            new
            {
                context.Id,
                at = at.ToUniversalTime(),
                ids = rows.Select(row => row.Id).ToArray(),
                outcomes = rows.Select(row => PgText.Store(row.Outcome)).ToArray(),
            },
            cancellationToken);
    }

    /// <summary>One row of <see cref="Columns"/>.</summary>
    public static Conflict Read(DbDataReader row)
    {
        var states = row.GetString(9);
        return new(
            (ConflictKind)row.GetInt16(1),
            row.TextOrNull(2),
            row.TextOrNull(3),
            row.TextOrNull(4),
            StoredValue.Of(states[0], row.TextOrNull(5)),
            StoredValue.Of(states[1], row.TextOrNull(6)),
            StoredValue.Of(states[2], row.TextOrNull(7)),
            StoredValue.Of(states[3], row.TextOrNull(8)))
        {
            Id = row.GetInt64(0),
            OpenedAt = row.GetFieldValue<DateTimeOffset>(10),
            Resolution = row.IsDBNull(11)
                ? null
                : new((ResolutionChoice)row.GetInt16(11), PgText.Load(row.TextOrNull(12)), PgText.Load(row.GetString(13))!),
        };
    }
}
