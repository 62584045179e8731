using System.Runtime.CompilerServices;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>Merged-away ids, and CRM records without a partner.</summary>
internal sealed class IdentityTable(MappingContext context)
{
    private const int UnlinkedPage = 10_000;
    private const short NoRule = -1;

    public async Task AddAliasesAsync(IReadOnlyList<(string Loser, string Winner)> merges, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (merges.Count == 0)
        {
            return;
        }

        var named = merges.SelectMany(merge => new[] { merge.Loser, merge.Winner }).Distinct(StringComparer.Ordinal).ToList();
        var rows = await ReadAliasesAsync(
            $"{ByKey.Select("r.loser, r.winner", "alias", "loser")} union {ByKey.Select("r.loser, r.winner", "alias", "winner")}", named, cancellationToken);
        var known = rows.ToDictionary(row => row.Loser, row => row.Winner, StringComparer.Ordinal);
        var paths = AliasPaths.Add(known, merges);
        await context.Session.ExecuteAsync(
            $"""
            {ByKey.Delete("alias", "loser")};
            insert into retl.alias (mapping_id, loser, winner, seen_at)
            select @Id, n.loser, n.winner, @at from unnest(@losers, @winners) as n(loser, winner)
            on conflict (mapping_id, loser) do update set winner = excluded.winner, seen_at = excluded.seen_at
            """,
            new
            {
                context.Id,
                at = at.ToUniversalTime(),
                keys = known.Keys.Where(loser => !paths.ContainsKey(loser)).ToArray(),
                losers = paths.Keys.ToArray(),
                winners = paths.Values.ToArray(),
            },
            cancellationToken);
    }

    public async Task<ILookup<ulong, string>> FindUnlinkedAsync(int rule, IReadOnlyCollection<ulong> matchKeys, CancellationToken cancellationToken)
    {
        var rows = matchKeys.Count == 0 ? [] : await context.Session.QueryAsync(
            $"{ByKey.Select("r.hash, r.crm_id", "unlinked", "hash", "r.rule = @rule")} order by r.crm_id",
            new { context.Id, rule = (short)rule, keys = matchKeys.Select(hash => (long)hash).ToArray() },
            row => (Hash: (ulong)row.GetInt64(0), CrmId: row.GetString(1)),
            cancellationToken);
        return rows.ToLookup(row => row.Hash, row => row.CrmId);
    }

    public async Task StoreUnlinkedAsync(IReadOnlyList<UnlinkedRecord> records, CancellationToken cancellationToken)
    {
        var latest = records.LastBy(record => record.CrmId);
        await ForgetUnlinkedAsync(latest.ConvertAll(record => record.CrmId), cancellationToken);
        var rows = latest.SelectMany(Rows).ToList();
        await context.Session.ImportAsync(
            "retl.unlinked (hash, mapping_id, rule, crm_id)",
            rows,
            async (row, key) =>
            {
                await row.NumberAsync((long)key.Hash);
                await row.NumberAsync(context.Id);
                await row.NumberAsync(key.Rule);
                await row.TextAsync(key.CrmId);
            },
            cancellationToken);
    }

    // Pages, because the reader works on the same session between two of them.
    public async IAsyncEnumerable<string> ReadUnlinkedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = ""; ;)
        {
            var page = await context.Session.QueryAsync(
                "select distinct crm_id from retl.unlinked where mapping_id = @Id and crm_id > @last order by crm_id limit @UnlinkedPage",
                new { context.Id, last, UnlinkedPage },
                row => row.GetString(0),
                cancellationToken);
            foreach (var id in page)
            {
                yield return id;
            }

            if (page.Count < UnlinkedPage)
            {
                yield break;
            }

            last = page[^1];
        }
    }

    // A record whose match fields are all blank has no hash, but is still one that has no partner.
    private static IEnumerable<(string CrmId, short Rule, ulong Hash)> Rows(UnlinkedRecord record)
    {
        var keys = record.MatchKeys.Select((hash, rule) => (record.CrmId, Rule: (short)rule, Hash: hash)).Where(key => key.Hash is not null).ToList();
        return keys.Count == 0 ? [(record.CrmId, NoRule, 0UL)] : keys.Select(key => (key.CrmId, key.Rule, key.Hash!.Value));
    }

    public Task ForgetUnlinkedAsync(IReadOnlyList<string> crmIds, CancellationToken cancellationToken) =>
        crmIds.Count == 0 ? Task.CompletedTask : context.Session.ExecuteAsync(
            ByKey.Delete("unlinked", "crm_id"), new { context.Id, keys = crmIds.ToArray() }, cancellationToken);

    private Task<List<(string Loser, string Winner)>> ReadAliasesAsync(string sql, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        context.Session.QueryAsync(sql, new { context.Id, keys = ids.ToArray() }, row => (row.GetString(0), row.GetString(1)), cancellationToken);
}
