using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tables;

/// <summary>What was done and what was lost.</summary>
internal sealed class HistoryTable(MappingContext context)
{
    private const char Separator = '\u001f';
    private const int PurgeRows = 5_000;
    private const int PurgeBatches = 20;

    public async Task AddChangesAsync(long run, DateTimeOffset at, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        // Thousands of changes share a few kinds; the lists would be most of each row.
        var kinds = KindsOf(changes);
        var distinct = kinds.Distinct().ToArray();
        await context.Session.ExecuteAsync(
            """
            insert into retl.change_kind (id, side, action, fields, rules)
            select n.id, n.side, n.action, string_to_array(n.fields, @separator), string_to_array(n.rules, @separator)
              from unnest(@ids, @sides, @actions, @fields, @rules) as n(id, side, action, fields, rules)
            on conflict (id) do nothing
            """,
            new
            {
                separator = Separator.ToString(),
                ids = distinct.Select(kind => kind.Id).ToArray(),
                sides = distinct.Select(kind => kind.Side).ToArray(),
                actions = distinct.Select(kind => kind.Action).ToArray(),
                fields = distinct.Select(kind => kind.Fields).ToArray(),
                rules = distinct.Select(kind => kind.Rules).ToArray(),
            },
            cancellationToken);
        await context.Session.ImportAsync(
            "retl.change (run, at, kind, mapping_id, key, crm_id)",
            changes.Zip(kinds).ToList(),
            async (row, change) =>
            {
                await row.NumberAsync(run);
                await row.TimeAsync(at);
                await row.NumberAsync(change.Second.Id);
                await row.NumberAsync(context.Id);
                await row.TextAsync(change.First.Key);
                await row.TextAsync(change.First.CrmId);
            },
            cancellationToken);
    }

    public Task AddLossesAsync(long run, DateTimeOffset at, IReadOnlyList<Loss> losses, CancellationToken cancellationToken) => context.Session.ImportAsync(
        "retl.loss (run, at, value_at, mapping_id, side, key, crm_id, field, state, value, author, rule)",
        losses,
        async (row, loss) =>
        {
            await row.NumberAsync(run);
            await row.TimeAsync(at);
            await row.TimeAsync(loss.ValueAt);
            await row.NumberAsync(context.Id);
            await row.NumberAsync((short)loss.Side);
            await row.TextAsync(loss.Key);
            await row.TextAsync(loss.CrmId);
            await row.TextAsync(loss.Field);
            await row.TextAsync(StoredValue.LettersOf(loss.Value));
            await row.TextAsync(PgText.Store(loss.Value.Text));
            await row.TextAsync(PgText.Store(loss.Author));
            await row.TextAsync(loss.Rule);
        },
        cancellationToken);

    /// <summary>Removes what is too old, of every mapping; in small statements, and what is left over waits for the next time.</summary>
    public async Task PurgeAsync(DateTimeOffset now, TimeSpan? historyAge, TimeSpan? lossAge, CancellationToken cancellationToken)
    {
        if (historyAge is { } age)
        {
            await PurgeAsync("change", "at < @before", now - age, cancellationToken);
            await PurgeAsync("conflict", "closed_at < @before", now - age, cancellationToken);

            // The latest success is what tells how fresh a mapping is that no longer runs.
            const string latest = "select max(id) from retl.run where outcome in ('ok', 'attention') group by mapping_id";
            await PurgeAsync("run", $"started_at < @before and id not in ({latest})", now - age, cancellationToken);
        }

        if (lossAge is { } keep)
        {
            await PurgeAsync("loss", "at < @before", now - keep, cancellationToken);
        }
    }

    private async Task PurgeAsync(string table, string condition, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var sql = $"delete from retl.{table} where ctid = any(array(select ctid from retl.{table} where {condition} limit {PurgeRows}))";
        for (var batch = 0; batch < PurgeBatches; batch++)
        {
            if (await context.Session.ExecuteAsync(sql, new { before = before.ToUniversalTime() }, cancellationToken) < PurgeRows)
            {
                return;
            }
        }
    }

    // Neighbours are of one kind as a rule.
    private static (long Id, short Side, string Action, string Fields, string Rules)[] KindsOf(IReadOnlyList<Change> changes)
    {
        var kinds = new (long Id, short Side, string Action, string Fields, string Rules)[changes.Count];
        for (var i = 0; i < kinds.Length; i++)
        {
            kinds[i] = i > 0 && IsAlike(changes[i], changes[i - 1]) ? kinds[i - 1] : KindOf(changes[i]);
        }

        return kinds;
    }

    private static bool IsAlike(Change one, Change other) =>
        one.Side == other.Side && one.Action == other.Action && one.Fields.SequenceEqual(other.Fields) && one.Rules.SequenceEqual(other.Rules);

    private static (long Id, short Side, string Action, string Fields, string Rules) KindOf(Change change)
    {
        var fields = string.Join(Separator, change.Fields);
        var rules = string.Join(Separator, change.Rules);
        var id = Fingerprint.OfText($"{(int)change.Side}\n{change.Action}\n{fields}\n{rules}").Bits >> 64;
        return ((long)(ulong)id, (short)change.Side, change.Action, fields, rules);
    }
}
