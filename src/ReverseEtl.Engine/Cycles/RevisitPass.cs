using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Looks again, from both sides, at records that something was left to do for: marks, due rejects, decisions, aged tombstones.</summary>
internal sealed class RevisitPass(CycleContext context, BatchPlanner planner, BatchExecutor executor, Linker linker)
{
    /// <summary>How old the sight of a missing record may be when it is acted on.</summary>
    private static readonly TimeSpan StaleSight = TimeSpan.FromMinutes(1);

    private readonly Duplicates _duplicates = new(context);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var again = 0; ;)
        {
            // Marks that this pass itself makes again are for the next cycle; looking at them at once could go on for ever. They keep their
            // place at the head of the line, so it is read to behind them, a batch at a time.
            var limit = again + context.Options.BatchSize;
            var line = await context.State.DirtyAsync(context.Now, limit, cancellationToken);
            var marks = line.Where(m => seen.Add($"{m.Key}\n{m.CrmId}")).ToList();
            if (marks.Count == 0 && line.Count < limit)
            {
                break;
            }

            again = line.Count - marks.Count;
            await WorkAsync(marks, cancellationToken);
            await context.State.RenewAsync(cancellationToken);
        }

        // A cycle that only follows hearsay stays as small as what was heard.
        if (context.Request is { Pull: false, Push: false })
        {
            return;
        }

        var aged = (await context.State.TombstonesAsync(cancellationToken))
            .Where(t => context.Now - t.MissingSince >= context.Options.TombstoneAge && !seen.Contains($"{t.Key}\n")).ToList();
        var missing = await StillMissingAsync(aged, cancellationToken);
        GuardDeletes(missing);
        foreach (var tombstones in missing.Chunk(context.Options.BatchSize))
        {
            await WorkAsync([.. tombstones.Select(t => new DirtyMark(t.Key, null, "aged")).DistinctBy(m => m.Key)], cancellationToken);
        }
    }

    // A record that came back may look as it did before, so that nothing else has noticed it.
    private async Task<List<Tombstone>> StillMissingAsync(List<Tombstone> aged, CancellationToken cancellationToken)
    {
        var missing = new List<Tombstone>();
        foreach (var tombstones in aged.Chunk(context.Options.BatchSize))
        {
            var rows = (await context.Warehouse.FindAsync(context.Runtime.WarehouseRead, KeysOf(tombstones, Side.Warehouse), cancellationToken))
                .Select(r => r.Key!).ToHashSet(StringComparer.Ordinal);
            var pairs = await context.State.PairsByKeyAsync(KeysOf(tombstones, Side.Crm), cancellationToken);
            var ids = pairs.Values.Select(p => p.CrmId).OfType<string>().ToList();
            var records = ids.Count == 0 ? new Dictionary<string, CrmRecord>() : await context.Crm.ReadAsync(context.Runtime.CrmRead, ids, cancellationToken);
            var back = tombstones.Where(t => t.Side is Side.Warehouse
                ? rows.Contains(t.Key)
                : pairs.GetValueOrDefault(t.Key)?.CrmId is { } id && records.GetValueOrDefault(id)?.Presence is CrmPresence.Live).ToList();
            await context.State.SettleAsync(context.Settlement() with { ClearedTombstones = [.. back.Select(t => (t.Key, t.Side))] }, cancellationToken);
            missing.AddRange(tombstones.Except(back));
        }

        return missing;
    }

    private static List<string> KeysOf(IEnumerable<Tombstone> tombstones, Side side) => [.. tombstones.Where(t => t.Side == side).Select(t => t.Key)];

    // Deletions happen here and nowhere else, so that all of them are counted before the first.
    private void GuardDeletes(IReadOnlyList<Tombstone> aged)
    {
        var records = context.Mapping.Records;
        var fromCrm = records.Destroys ? aged.LongCount(t => t.Side is Side.Warehouse) : 0;
        var fromWarehouse = records.GoneFromCrm is GoneFromCrm.Delete or GoneFromCrm.Recreate ? aged.LongCount(t => t.Side is Side.Crm) : 0;
        foreach (var (missing, destroys) in new[] { (fromCrm, true), (fromWarehouse, records.GoneFromCrm is GoneFromCrm.Delete) }.Where(m => m.Item1 > 0 && context.IsGuarded))
        {
            if (Guards.Halt(context.Mapping.Guard, new Turnover(context.LinkedBefore, 0, 0, missing), destroys) is { } halt)
            {
                throw new GuardHalt(halt);
            }
        }
    }

    private async Task WorkAsync(IReadOnlyList<DirtyMark> marks, CancellationToken cancellationToken)
    {
        if (context.OpenUntil - context.Now is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, context.Time, cancellationToken);
        }

        var byId = await context.State.PairsByCrmIdAsync([.. marks.Where(m => m.Key is null).Select(m => m.CrmId!)], cancellationToken);
        var byKey = await context.State.PairsByKeyAsync([.. marks.Select(m => m.Key).OfType<string>()], cancellationToken);
        var works = new Dictionary<string, Work>(StringComparer.Ordinal);
        List<string> unpaired = [];
        var builder = new SettlementBuilder();
        foreach (var mark in marks)
        {
            var pairs = mark.Key is null ? byId[mark.CrmId!] : byKey.TryGetValue(mark.Key, out var pair) ? [pair] : [];
            foreach (var found in pairs)
            {
                // Whoever only hears of ids could have records deleted one by one, uncounted: those wait until all that aged are counted.
                works.TryAdd(found.Key, new Work(found) { IsRevisited = mark.Key is not null });
                works[found.Key].Marks.Add(mark.Id);
            }

            // A row is matched only against what all rows claim; a cycle that does not look at them leaves it to one that does.
            if (!pairs.Any() && (linker.IsReady || mark.Key is null))
            {
                builder.ClearedDirty.Add(mark.Id);
                unpaired.AddRange(mark.Key is null ? [] : [mark.Key]);
            }
        }

        await context.State.SettleAsync(builder.Build(context), cancellationToken);
        await PairedAsync(works, cancellationToken);
        await UnpairedAsync(unpaired, cancellationToken);
    }

    private async Task PairedAsync(Dictionary<string, Work> works, CancellationToken cancellationToken)
    {
        // A write whose answer is out is not to be touched until recovery has judged it; its marks stay.
        var settled = works.Values.Where(w => w.Pair.State is not PairState.CreatingCrm && !context.InDoubt.Contains(w.Key)).ToList();
        if (settled.Count == 0)
        {
            return;
        }

        foreach (var tombstone in await context.State.TombstonesAsync(cancellationToken))
        {
            if (works.TryGetValue(tombstone.Key, out var work))
            {
                work.Tombstones[tombstone.Side] = tombstone;
            }
        }

        await _duplicates.CarryOutAsync(settled, cancellationToken);
        var seen = context.Now;
        await planner.ReadRowsAsync(settled, cancellationToken);
        await planner.ReadRecordsAsync(settled, cancellationToken);
        await planner.PlanAsync(settled, cancellationToken);
        Spare(settled, seen);
        await executor.ExecuteAsync(settled, cancellationToken);
    }

    // What was seen missing may be back by the time that a database which stalled lets us go on. The tombstone stays, and it is looked at anew.
    private void Spare(List<Work> works, DateTimeOffset seen)
    {
        foreach (var work in works.Where(w => w.Decision.Destroys && context.Now - seen > StaleSight))
        {
            work.Decision = new RecordDecision(RecordStep.Frozen, "seen too long ago");
            work.Marks.Clear();
        }
    }

    private async Task UnpairedAsync(List<string> keys, CancellationToken cancellationToken)
    {
        var known = keys.Where(k => k != PushPass.NullKey).Distinct(StringComparer.Ordinal).ToList();
        if (known.Count == 0)
        {
            return;
        }

        var rows = await context.Warehouse.FindAsync(context.Runtime.WarehouseRead, known, cancellationToken);
        var single = rows.GroupBy(r => r.Key, StringComparer.Ordinal).Where(g => !g.Skip(1).Any()).Select(g => g.First()).ToList();
        await linker.ClaimAsync(single, cancellationToken);
        await using var newRows = new NewRows(context, planner, executor, linker);
        await newRows.WorkAsync(single, cancellationToken);
        await newRows.WorkWaitingAsync(cancellationToken);

        // A row that is gone cannot be refused any more, and one that is there once has a key of its own.
        var gone = known.Except(rows.Select(r => r.Key!), StringComparer.Ordinal).ToList();
        await context.State.SettleAsync(
            context.Settlement() with
            {
                ClearedRejects = [.. gone.Select(k => (k, Side.Crm)), .. gone.Concat(single.Select(r => r.Key!)).Select(k => (k, Side.Warehouse))],
            },
            cancellationToken);
    }
}
