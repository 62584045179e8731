using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Looks at the CRM: reads what changed and works off what is news. Our own writes come back here too and are told by their values.</summary>
internal sealed class PullPass(CycleContext context, BatchPlanner planner, BatchExecutor executor)
{
    private readonly Merges _merges = new(context);
    private readonly Conversions _conversions = new(context);
    private readonly Twins _twins = new(context);
    private readonly Revivals _revivals = new(context);
    private readonly Audit _audit = new(context);

    /// <summary>One pass; in full, or over records changed since the last one. A full one that breaks off proves nothing and is not remembered.</summary>
    public async Task RunAsync(bool full, CancellationToken cancellationToken)
    {
        var mark = await context.State.WatermarkAsync(Side.Crm, cancellationToken);
        var since = full || mark is null ? null : (DateTimeOffset?)(mark.Through - context.Options.PullOverlap);

        // The mark is the CRM's own time before the read, never what was seen and never when it ended.
        var started = await context.Crm.ReadableThroughAsync(context.Mapping.Crm.Object, cancellationToken);
        await foreach (var page in context.Crm.ReadChangesAsync(context.Runtime.CrmRead, since, cancellationToken))
        {
            foreach (var changes in page.Chunk(context.Options.BatchSize))
            {
                await WorkAsync(changes, since is null, cancellationToken);
                await context.State.RenewAsync(cancellationToken);
            }

            // A CRM that takes its time gives empty pages meanwhile.
            if (page.Count == 0)
            {
                await context.State.RenewAsync(cancellationToken);
            }
        }

        // Before a first load nothing is linked that could be gone.
        if (since is null && !context.FirstLoad)
        {
            await SweepAsync(cancellationToken);
        }

        await context.State.SettleAsync(
            context.Settlement() with
            {
                Watermarks = [(Side.Crm, new Watermark(started, OwesFullRead() ? null : since is null ? context.Now : mark?.FullAt))],
            },
            cancellationToken);
    }

    private bool OwesFullRead() => context.OwesFullRead || context.Crm.OwesFullRead(context.Runtime.CrmRead);

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var gone = await new Sweep(context).FindGoneAsync(found => WorkAsync(found, full: true, cancellationToken), cancellationToken);
        foreach (var keys in gone.Chunk(context.Options.BatchSize))
        {
            var pairs = await context.State.PairsByKeyAsync(keys, cancellationToken);
            await WorkOffAsync(pairs.Values.Select(p => new Work(p).With((CrmRecord?)null)).ToDictionary(w => w.Key, StringComparer.Ordinal), cancellationToken);
            await context.State.RenewAsync(cancellationToken);
        }
    }

    private async Task WorkAsync(IReadOnlyList<CrmChange> page, bool full, CancellationToken cancellationToken)
    {
        if (full && !context.FirstLoad)
        {
            await context.State.MarkSeenAsync([.. page.Select(c => c.Id).Distinct(StringComparer.Ordinal)], cancellationToken);
        }

        var pairs = await context.State.PairsByCrmIdAsync([.. page.Select(c => c.Id)], cancellationToken);
        var (records, vanished) = await RecordsAsync(page, pairs, full, cancellationToken);
        await FollowMergesIntoAsync(records, cancellationToken);
        pairs = await context.State.PairsByCrmIdAsync([.. page.Select(c => c.Id)], cancellationToken);
        List<CrmRecord> free = [.. records.Where(r => r.Value.Id == r.Key && !pairs.Contains(r.Key)).Select(r => r.Value)];
        var frozen = await _twins.FreezeAsync(free, cancellationToken);
        var builder = new SettlementBuilder();
        var works = (await _revivals.FindAsync(free, cancellationToken)).ToDictionary(w => w.Key, StringComparer.Ordinal);
        var revived = works.Values.Select(w => w.Pair.CrmId).ToHashSet(StringComparer.Ordinal);
        List<(Pair, CrmRecord)> settled = [];
        foreach (var (id, record) in records)
        {
            if (!pairs.Contains(id) && !revived.Contains(id))
            {
                Unlinked(id, record, builder);
            }

            foreach (var pair in pairs[id].Where(p => !frozen.Contains(p.Key)))
            {
                if (IsSettled(pair, record))
                {
                    settled.Add((pair, record));
                }
                else if (IsNews(pair, record))
                {
                    works[pair.Key] = new Work(pair).With(record);
                }
            }
        }

        await BackAsync(settled, builder, cancellationToken);
        builder.Dirty.AddRange(full ? await _audit.FindAsync(settled, cancellationToken) : []);
        await context.State.SettleAsync(builder.Build(context), cancellationToken);
        foreach (var work in works.Values)
        {
            var record = records[work.Pair.CrmId!];
            await _merges.FollowAsync(work, record, works.Values, cancellationToken);
            await _conversions.FollowAsync(work, record, cancellationToken);
        }

        // The list names them, and by their id they cannot be read any more.
        foreach (var pair in vanished.SelectMany(id => pairs[id]).Where(p => p.State is PairState.Linked && !frozen.Contains(p.Key)))
        {
            works.TryAdd(pair.Key, new Work(pair).With((CrmRecord?)null));
        }

        // A record that a merge of this page gave to another row is not free any more.
        var taken = await context.State.PairsByCrmIdAsync([.. revived.OfType<string>()], cancellationToken);
        foreach (var work in works.Values.Where(w => revived.Contains(w.Pair.CrmId) && taken[w.Pair.CrmId!].Any(p => p.Key != w.Key)).ToList())
        {
            works.Remove(work.Key);
        }

        await WorkOffAsync(works, cancellationToken);
    }

    private async Task WorkOffAsync(Dictionary<string, Work> works, CancellationToken cancellationToken)
    {
        if (works.Count > 0)
        {
            await TombstonesAsync(works, cancellationToken);
            await planner.PlanAsync([.. works.Values], cancellationToken);
            await executor.ExecuteAsync([.. works.Values], cancellationToken);
        }
    }

    // A list that cannot be trusted for values names records only; those whose version was seen already need not be read again.
    private async Task<(Dictionary<string, CrmRecord> Records, IReadOnlyList<string> Vanished)> RecordsAsync(
        IReadOnlyList<CrmChange> page, ILookup<string, Pair> pairs, bool full, CancellationToken cancellationToken)
    {
        var records = page.Where(c => c.Record is not null)
            .GroupBy(c => c.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Record!, StringComparer.Ordinal);
        var hints = page.Where(c => c.Record is null && !records.ContainsKey(c.Id))
            .Where(c => full || !pairs[c.Id].Any() || pairs[c.Id].Any(p => p.CrmVersion != c.Version || p.CrmPrint == Fingerprint.None))
            .Select(c => c.Id).Distinct(StringComparer.Ordinal).ToList();
        if (hints.Count > 0)
        {
            foreach (var (id, record) in await context.Crm.ReadAsync(context.Runtime.CrmRead, hints, cancellationToken))
            {
                records[id] = record;
            }
        }

        return (records, [.. hints.Where(id => !records.ContainsKey(id))]);
    }

    // Where a merge makes a record with a new id, only that record tells whom it swallowed.
    private async Task FollowMergesIntoAsync(Dictionary<string, CrmRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records.Values.Where(r => r.MergedIds.Count > 0).ToList())
        {
            var losers = await context.State.PairsByCrmIdAsync([.. record.MergedIds], cancellationToken);
            var affected = record.MergedIds.SelectMany(id => losers[id]).DistinctBy(p => p.Key).ToList();
            if (affected.Count == 0)
            {
                continue;
            }

            var standing = (await context.State.PairsByCrmIdAsync([record.Id], cancellationToken))[record.Id].ToList();
            if (affected.Count + standing.Count > 1)
            {
                await _merges.FreezeAsync([.. affected, .. standing], record.Id, affected[0].CrmId!, cancellationToken);
                continue;
            }

            // What was read of the record is used up: after the write that may follow it is no longer what is there.
            records.Remove(record.Id);
            var work = new Work(affected[0]);
            await _merges.FollowAsync(work, record, [work], cancellationToken);
            await planner.PlanAsync([work], cancellationToken);
            await executor.ExecuteAsync([work], cancellationToken);
        }
    }

    private bool IsSettled(Pair pair, CrmRecord record) => record.Presence is CrmPresence.Live && pair.State is PairState.Linked
        && pair.CrmPrint == context.Runtime.Print(record, RecordKey.Display(pair.Key)) && !IsOvertaken(pair, record);

    private static bool IsNews(Pair pair, CrmRecord record) =>
        !IsOvertaken(pair, record) && !(record.Presence is not CrmPresence.Live && pair.State is PairState.GoneFromCrm);

    // Older than what we know we wrote or saw.
    private static bool IsOvertaken(Pair pair, CrmRecord record) =>
        record.Presence is CrmPresence.Live && record.Id == pair.CrmId && record.Version < pair.CrmVersion;

    private void Unlinked(string id, CrmRecord record, SettlementBuilder builder)
    {
        // A record that came back under another id went into that one, which has news of its own.
        if (record.Presence is CrmPresence.Live && record.Id == id)
        {
            builder.Unlinked.Add(new UnlinkedRecord(record.Id, Linker.MatchKeys(context.Runtime, record)));
        }
        else
        {
            builder.ForgottenUnlinked.Add(id);
        }
    }

    // A record that is back ends its tombstone, also when it looks as before: else its row would be deleted at once when it goes another time.
    private async Task BackAsync(List<(Pair Pair, CrmRecord Record)> settled, SettlementBuilder builder, CancellationToken cancellationToken)
    {
        var keys = settled.Select(s => s.Pair.Key).ToHashSet(StringComparer.Ordinal);
        var tombstones = keys.Count == 0 ? [] : await context.State.TombstonesAsync(cancellationToken);
        builder.ClearedTombstones.AddRange(tombstones.Where(t => t.Side is Side.Crm && keys.Contains(t.Key)).Select(t => (t.Key, t.Side)));
    }

    private async Task TombstonesAsync(Dictionary<string, Work> works, CancellationToken cancellationToken)
    {
        foreach (var tombstone in await context.State.TombstonesAsync(cancellationToken))
        {
            if (works.TryGetValue(tombstone.Key, out var work))
            {
                work.Tombstones[tombstone.Side] = tombstone;
            }
        }
    }
}
