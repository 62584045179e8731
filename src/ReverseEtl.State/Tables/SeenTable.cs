using System.Runtime.CompilerServices;

namespace ReverseEtl.State.Tables;

/// <summary>The CRM ids that a full read showed, in a table of the session, so that a million of them take no memory.</summary>
internal sealed class SeenTable(MappingContext context)
{
    private const int UnseenPage = 5_000;

    // The first mark empties what an earlier holder of a pooled connection may have left.
    private const string Create =
        "drop table if exists pg_temp.seen; create temporary table seen (crm_id text collate \"C\" primary key) on commit preserve rows";

    private bool _isThere;

    public async Task MarkAsync(IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken);
        if (crmIds.Count > 0)
        {
            await context.Session.ExecuteAsync(
                "insert into pg_temp.seen select unnest(@ids) on conflict do nothing", new { ids = crmIds.ToArray() }, cancellationToken);
        }
    }

    // Pages, because the reader works on the same session between two of them.
    public async IAsyncEnumerable<(string Key, string CrmId)> ReadUnseenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken);
        for (string? last = null; ;)
        {
            var page = await context.Session.QueryAsync(
                Unseen(last is null), new { context.Id, last, UnseenPage }, row => (Key: row.GetString(0), CrmId: row.GetString(1)), cancellationToken);
            foreach (var pair in page)
            {
                yield return pair;
            }

            if (page.Count < UnseenPage)
            {
                yield break;
            }

            last = page[^1].Key;
        }
    }

    private static string Unseen(bool isFirst) =>
        $"""
         select p.key, p.crm_id
           from retl.pair p
          where p.mapping_id = @Id and {(isFirst ? "true" : "p.key > @last")} and p.state = 1 and p.crm_id is not null
            and not exists (select from pg_temp.seen s where s.crm_id = p.crm_id)
          order by p.key
          limit @UnseenPage
         """;

    private async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (!_isThere)
        {
            await context.Session.ExecuteAsync(Create, null, cancellationToken);
            _isThere = true;
        }
    }
}
