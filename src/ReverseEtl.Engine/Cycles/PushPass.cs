using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Looks at the warehouse: compares the model with what is known and works off what is new, changed or gone.</summary>
internal sealed class PushPass(CycleContext context, BatchPlanner planner, BatchExecutor executor, Linker linker)
{
    /// <summary>The text that stands for a key that is null, in rejects.</summary>
    public const string NullKey = "(null)";

    /// <summary>Why a record is held whose key several rows of the model have.</summary>
    public const string RepeatedKey = "several rows of the model have this key";

    // Rows of ten or twenty columns take about a kilobyte each.
    private const int MostKept = 20_000;

    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private List<DiffItem>? _kept;

    /// <summary>One pass; in full, or over rows changed since the last one.</summary>
    public async Task RunAsync(bool full, CancellationToken cancellationToken)
    {
        var mark = await context.State.WatermarkAsync(Side.Warehouse, cancellationToken);
        var since = full || mark is null ? null : (DateTimeOffset?)(mark.Through - context.Options.PullOverlap);
        var started = await context.Warehouse.NowAsync(cancellationToken);
        var goesOn = await SurveyAsync(since, cancellationToken);
        await BackAsync(since, cancellationToken);
        linker.IsReady = true;
        if (goesOn)
        {
            await WorkAsync(since, cancellationToken);
        }

        await context.State.SettleAsync(
            context.Settlement() with { Watermarks = [(Side.Warehouse, new Watermark(started, since is null ? context.Now : mark?.FullAt))] },
            cancellationToken);
    }

    // The whole difference is counted before the first write: a broken model must not reach a single customer. The same look counts which
    // rows claim the same free CRM record. A first load has nothing to protect, and nothing to claim when nobody is free.
    private async Task<bool> SurveyAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        if (context.FirstLoad && !await AnyUnlinkedAsync(cancellationToken))
        {
            return true;
        }

        _kept = [];
        long changed = 0, fresh = 0, missing = 0, other = 0;
        await foreach (var items in new Diff(context).ReadAsync(since, cancellationToken).InBatchesAsync(context.Options.BatchSize, cancellationToken))
        {
            _kept?.AddRange(items.Where(i => i.Kind is not DiffKind.Same));
            _kept = _kept?.Count > MostKept ? null : _kept;
            changed += items.LongCount(IsChange);
            missing += items.LongCount(i => i.Kind is DiffKind.Missing);
            _missing.UnionWith(items.Where(i => i.Kind is DiffKind.Missing).Select(i => i.Key));
            other += items.LongCount(i => i.Kind is DiffKind.Changed or DiffKind.Unsettled or DiffKind.RepeatedKey or DiffKind.NullKey);
            var rows = items.Where(i => i.Kind is DiffKind.New).Select(i => i.Row!).ToList();
            if (rows.Count > 0)
            {
                await linker.ClaimAsync(rows, cancellationToken);
                fresh += await CountUndecidedAsync(rows, cancellationToken);
                other += rows.Count;
            }
        }

        if (missing + other == 0)
        {
            return false;
        }

        var creates = context.Mapping.Records.NewInWarehouse is NewRecord.Create && context.Mapping.Records.Creates ? fresh : 0;
        var destroys = context.Mapping.Records.Destroys;
        var turnover = new Turnover(context.LinkedBefore, changed + creates, fresh, missing);
        return !context.IsGuarded || Guards.Halt(context.Mapping.Guard, turnover, destroys) is not { } halt ? true : throw new GuardHalt(halt);
    }

    // A row that is back ends its tombstone, also when it looks as before: else it would be deleted at once when it goes another time.
    private async Task BackAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        if (since is null && !context.FirstLoad)
        {
            var back = (await context.State.TombstonesAsync(cancellationToken)).Where(t => t.Side is Side.Warehouse && !_missing.Contains(t.Key)).ToList();
            if (back.Count > 0)
            {
                await context.State.SettleAsync(context.Settlement() with { ClearedTombstones = [.. back.Select(t => (t.Key, t.Side))] }, cancellationToken);
            }
        }
    }

    // Under an edited mapping, or with a state that is older than what was done since, rows look different and most need nothing; then only
    // the writes themselves can be counted.
    private bool IsChange(DiffItem item) => item.Kind is DiffKind.Changed && !context.State.VersionChanged && !context.Compares;

    private async Task<bool> AnyUnlinkedAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in context.State.ReadUnlinkedAsync(cancellationToken))
        {
            return true;
        }

        return false;
    }

    private async Task<long> CountUndecidedAsync(List<WarehouseRow> rows, CancellationToken cancellationToken)
    {
        var keys = rows.Select(r => r.Key!).ToList();
        var rejects = await context.State.RejectsAsync(keys, cancellationToken);
        var conflicts = await context.State.OpenConflictsAsync(keys, cancellationToken);
        return keys.LongCount(k => !rejects.Contains(k) && !conflicts.Contains(k));
    }

    // A difference that is small is remembered from the survey, and the model is not read again.
    private IAsyncEnumerable<DiffItem> DifferencesAsync(DateTimeOffset? since, CancellationToken cancellationToken) =>
        _kept?.ToAsyncEnumerable() ?? new Diff(context).ReadAsync(since, cancellationToken);

    private async Task WorkAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var newRows = new NewRows(context, planner, executor, linker);
        long nullKeys = 0;
        var ahead = new List<DiffItem>();
        var lane = context.Crm.Traits.Lanes.FirstOrDefault(l => l is { IsGuarded: false, Least: > 1 });
        var full = lane?.Batch ?? context.Options.BatchSize;
        await foreach (var items in DifferencesAsync(since, cancellationToken).InBatchesAsync(context.Options.BatchSize, cancellationToken))
        {
            nullKeys += items.LongCount(i => i.Kind is DiffKind.NullKey);
            ahead.AddRange(items.Where(i => i.Kind is not (DiffKind.Same or DiffKind.NullKey)));
            for (; ahead.Count >= full; ahead.RemoveRange(0, full))
            {
                await WorkOffAsync(newRows, ahead[..full], cancellationToken);
            }

            await context.KeepLeaseAsync(cancellationToken);
        }

        // Where the CRM has a way for large sets, a large set is handed over at once and anything less as ever.
        var size = ahead.Count >= lane?.Least ? full : context.Options.BatchSize;
        foreach (var items in ahead.Chunk(size))
        {
            await WorkOffAsync(newRows, items, cancellationToken);
        }

        await newRows.WorkWaitingAsync(cancellationToken);
        await NullKeysAsync(nullKeys, since is null, cancellationToken);
    }

    private async Task WorkOffAsync(NewRows newRows, IReadOnlyList<DiffItem> items, CancellationToken cancellationToken)
    {
        await RepeatedAsync([.. items.Where(i => i.Kind is DiffKind.RepeatedKey)], cancellationToken);
        await ChangedAsync([.. items.Where(i => i.Kind is DiffKind.Changed or DiffKind.Unsettled)], cancellationToken);
        var rows = items.Where(i => i.Kind is DiffKind.New).Select(i => i.Row!).ToList();
        if (rows.Count > 0)
        {
            await newRows.WorkAsync(rows, cancellationToken);
        }

        await MissingAsync([.. items.Where(i => i.Kind is DiffKind.Missing).Select(i => i.Key)], cancellationToken);
        await context.KeepLeaseAsync(cancellationToken);
    }

    private async Task ChangedAsync(List<DiffItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return;
        }

        await executor.LandAllAsync();
        var pairs = await context.State.PairsByKeyAsync([.. items.Select(i => i.Key)], cancellationToken);
        var works = items.Where(i => pairs.ContainsKey(i.Key)).Select(i => new Work(pairs[i.Key]).With(i.Row)).ToList();
        await TombstonesAsync(works, cancellationToken);
        await planner.PlanAsync(works, cancellationToken);
        await executor.ExecuteAsync(works, cancellationToken);
    }

    // The stream did not show these rows. That alone proves nothing, so they are looked for by key.
    private async Task MissingAsync(List<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return;
        }

        await executor.LandAllAsync();
        var pairs = await context.State.PairsByKeyAsync(keys, cancellationToken);
        var works = pairs.Values.Select(p => new Work(p)).ToList();
        await TombstonesAsync(works, cancellationToken);
        await planner.ReadRowsAsync(works, cancellationToken);
        await planner.PlanAsync(works, cancellationToken);
        await executor.ExecuteAsync(works, cancellationToken);
    }

    private async Task TombstonesAsync(List<Work> works, CancellationToken cancellationToken)
    {
        var byKey = works.ToDictionary(w => w.Key, StringComparer.Ordinal);
        foreach (var tombstone in await context.State.TombstonesAsync(cancellationToken))
        {
            if (byKey.TryGetValue(tombstone.Key, out var work))
            {
                work.Tombstones[tombstone.Side] = tombstone;
            }
        }
    }

    private async Task RepeatedAsync(List<DiffItem> items, CancellationToken cancellationToken)
    {
        if (items.Count > 0)
        {
            await context.State.SettleAsync(
                context.Settlement() with { Rejects = [.. items.Select(i => KeyReject(i.Key, RepeatedKey))] }, cancellationToken);
        }
    }

    private async Task NullKeysAsync(long count, bool full, CancellationToken cancellationToken)
    {
        if (count > 0)
        {
            await context.State.SettleAsync(
                context.Settlement() with { Rejects = [KeyReject(NullKey, $"{count} row(s) of the model have no key")] }, cancellationToken);
        }
        else if (full)
        {
            await context.State.SettleAsync(context.Settlement() with { ClearedRejects = [(NullKey, Side.Warehouse)] }, cancellationToken);
        }
    }

    // Nothing tells when a key is no longer repeated but a look at its rows, which each cycle takes.
    private Reject KeyReject(string key, string reason) =>
        new(key, null, Side.Warehouse, Rejects.KeyClass, reason, RetryRule.Later, Fingerprint.None, 1, key == NullKey ? null : context.Now);
}
