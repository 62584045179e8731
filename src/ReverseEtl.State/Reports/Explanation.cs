using ReverseEtl.Core.Planning;
using System.Data.Common;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.State.Tables;

namespace ReverseEtl.State.Reports;

/// <summary>Gathers everything known about one record.</summary>
internal sealed class Explanation
{
    private const int LatestChanges = 1_000;
    private readonly Session _session;
    private readonly short _mapping;
    private readonly CancellationToken _cancellationToken;
    private readonly object _parameters;

    private Explanation(Session session, short mapping, string[] keys, string[] ids, CancellationToken cancellationToken)
    {
        _session = session;
        _mapping = mapping;
        _cancellationToken = cancellationToken;
        _parameters = new { mapping, keys, ids };
    }

    /// <summary>Everything about the record of a key (as stored or as people type it) or CRM id; null when nothing is known.</summary>
    public static async Task<RecordHistory?> OfAsync(Session session, string mapping, string keyOrCrmId, CancellationToken cancellationToken)
    {
        var id = await MappingRow.FindAsync(session, mapping, cancellationToken);
        if (id == 0)
        {
            return null;
        }

        var keys = new[] { keyOrCrmId, RecordKey.Parse(keyOrCrmId, int.MaxValue) };
        var winner = await session.ScalarAsync<string>(
            "select winner from retl.alias where mapping_id = @id and loser = @keyOrCrmId", new { id, keyOrCrmId }, cancellationToken);
        var explanation = new Explanation(session, id, keys, winner is null ? [keyOrCrmId] : [keyOrCrmId, winner], cancellationToken);
        return await explanation.GatherAsync();
    }

    private async Task<RecordHistory?> GatherAsync()
    {
        var names = await QueryAsync(
            "select number, warehouse, crm from retl.field where mapping_id = @mapping order by number",
            row => (Number: (int)row.GetInt16(0), Warehouse: row.GetString(1), Crm: row.GetString(2)));
        var places = names.Select((name, place) => (name.Number, place)).ToDictionary(name => name.Number, name => name.place);

        // A key is meant before a CRM id that happens to be spelt like it.
        var pair = (await QueryAsync(
            """
            select key, crm_id, state, epoch, warehouse_print, crm_print, crm_version, base, made, row_hash
              from retl.every_pair
             where mapping_id = @mapping and (key = any(@keys) or (crm_id = any(@ids) and state <> 5) or (crm_id = any(@ids) and state = 5))
             order by key = any(@keys) desc, key
            """,
            row => PairTable.ReadPair(row, places, names.Count))).FirstOrDefault();
        var record = pair is null ? this : new(_session, _mapping, [pair.Key], pair.CrmId is { } id ? [id] : [], _cancellationToken);
        var history = await record.RestAsync(pair, names.ConvertAll(name => (name.Warehouse, name.Crm)));
        var isKnown = pair is not null || history.Changes.Count + history.Conflicts.Count + history.Rejects.Count + history.Losses.Count
            + history.Aliases.Count + history.Tombstones.Count + history.Intents.Count > 0;
        return isKnown ? history : null;
    }

    private async Task<RecordHistory> RestAsync(Pair? pair, IReadOnlyList<(string Warehouse, string Crm)> names) => new(
        pair,
        names,
        await ChangesAsync(byKeyOnly: pair is not null),
        await QueryAsync(
            $"select {ConflictTable.Columns}, r.outcome, r.closed_at from retl.conflict r where {Mine("r")} order by r.id",
            row => (ConflictTable.Read(row), PgText.Load(row.TextOrNull(14)), row.TimeOrNull(15))),
        await QueryAsync($"select {RejectTable.Columns} from retl.reject r where {Mine("r")} order by r.id", row => RejectTable.Read(row, 0)),
        await LossesAsync(),
        await QueryAsync(
            "select loser from retl.alias where mapping_id = @mapping and winner = any(@ids) order by seen_at, loser", row => row.GetString(0)),
        await QueryAsync(
            "select key, side, missing_since from retl.tombstone where mapping_id = @mapping and key = any(@keys) order by side",
            row => new Tombstone(row.GetString(0), (Side)row.GetInt16(1), row.GetFieldValue<DateTimeOffset>(2))),
        await QueryAsync($"select {IntentJournal.Columns} from retl.intent i where {Mine("i")} order by i.id", IntentJournal.Read));

    // History is indexed by key; by CRM id it is searched through, which only a record that has no pair any more makes necessary.
    private Task<List<(long Run, DateTimeOffset At, Change Change)>> ChangesAsync(bool byKeyOnly) => QueryAsync(
        $"""
         select c.run, c.at, c.key, c.crm_id, k.side, k.action, k.fields, k.rules
           from retl.change c join retl.change_kind k on k.id = c.kind
          where {(byKeyOnly ? "c.mapping_id = @mapping and c.key = any(@keys)" : Mine("c"))}
          order by c.at desc, c.id desc
          limit {LatestChanges}
         """,
        row => (
            row.GetInt64(0),
            row.GetFieldValue<DateTimeOffset>(1),
            new Change(
                row.GetString(2), row.TextOrNull(3), (Side)row.GetInt16(4), row.GetString(5), row.GetFieldValue<string[]>(6), row.GetFieldValue<string[]>(7))));

    private Task<List<(DateTimeOffset At, Loss Loss)>> LossesAsync() => QueryAsync(
        $"""
         select l.at, l.key, l.crm_id, l.side, l.field, l.state, l.value, l.author, l.value_at, l.rule
           from retl.loss l where {Mine("l")} order by l.at, l.id
         """,
        row => (
            row.GetFieldValue<DateTimeOffset>(0),
            new Loss(
                row.GetString(1),
                row.TextOrNull(2),
                (Side)row.GetInt16(3),
                row.GetString(4),
                StoredValue.Of(row.GetString(5)[0], row.TextOrNull(6)),
                PgText.Load(row.TextOrNull(7)),
                row.TimeOrNull(8),
                row.GetString(9))));

    private static string Mine(string table) =>
        $"{table}.mapping_id = @mapping and ({table}.key = any(@keys) or {table}.crm_id = any(@ids))";

    private Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read) => _session.QueryAsync(sql, _parameters, read, _cancellationToken);
}
