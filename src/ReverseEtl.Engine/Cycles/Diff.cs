using System.Runtime.CompilerServices;
using System.Text;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>How a row stands to what is known of it.</summary>
internal enum DiffKind
{
    /// <summary>It looks as it did when it was last planned.</summary>
    Same,

    /// <summary>It looks different.</summary>
    Changed,

    /// <summary>It looks as before or not, but something about its pair is not settled.</summary>
    Unsettled,

    /// <summary>No pair knows its key.</summary>
    New,

    /// <summary>A linked pair whose row is not in the model.</summary>
    Missing,

    /// <summary>Several rows have this key.</summary>
    RepeatedKey,

    /// <summary>The row has no key.</summary>
    NullKey,
}

/// <summary>One row or pair of the comparison.</summary>
internal readonly record struct DiffItem(DiffKind Kind, string Key, WarehouseRow? Row);

/// <summary>
/// Compares the model with the state: in full by merging two ordered streams or by what the warehouse found, or only the rows that changed lately.
/// </summary>
internal sealed class Diff(CycleContext context)
{
    private const int RowsPerLook = 10_000;

    private readonly List<RowStamp> _stamps = [];

    /// <summary>Everything there is to say, of a full read without the rows that look as they did.</summary>
    public IAsyncEnumerable<DiffItem> ReadAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var read = context.Runtime.WarehouseRead;
        if (since is not null)
        {
            return LookUpAsync(since.Value, cancellationToken);
        }

        if (context.Known is { } known && context.Warehouse.Compare(read, context.Runtime.RowPrint, known, cancellationToken) is { } found)
        {
            return SiftAsync(found, cancellationToken);
        }

        var hashes = context.ByHashes ? context.Warehouse.ScanHashes(read, cancellationToken) : null;
        return MergeAsync(hashes ?? context.Warehouse.Scan(read, context.Runtime.RowPrint, cancellationToken), cancellationToken);
    }

    // Rows come in key order, so rows with one key are neighbours: what is said of a row is said when the next one has another key. Of a scan
    // that brings no rows those that moved are read by their key, a batch at a time.
    private async IAsyncEnumerable<DiffItem> MergeAsync(IKeyScan rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var scan = rows;
        await using var prints = context.State.ScanPrints(cancellationToken);
        var whole = rows as IRowScan;
        var key = new KeyBuffer();
        var more = await prints.NextAsync();
        DiffItem? held = null;
        List<Moved> moved = [];
        for (var seen = 0L; await rows.NextAsync(); seen++)
        {
            if (seen % RowsPerLook == 0)
            {
                await context.KeepLeaseAsync(cancellationToken);
            }

            if (!rows.HasKey)
            {
                yield return new DiffItem(DiffKind.NullKey, "", null);
                continue;
            }

            if (key.Is(rows.Key))
            {
                held = new DiffItem(DiffKind.RepeatedKey, key.Text, null);
                continue;
            }

            if (held is { } last)
            {
                yield return last;
                held = null;
            }

            key.Set(rows.Key);
            for (; more && prints.Key.SequenceCompareTo(rows.Key) < 0; more = await prints.NextAsync())
            {
                if (Lost(prints.State) is DiffKind.Missing)
                {
                    yield return Missing(prints);
                }
            }

            var isKnown = more && prints.Key.SequenceEqual(rows.Key);
            var isSettled = isKnown && (IsAsStamped(prints, rows) || IsIdle(prints.State));
            Moved? move = isSettled ? null : new Moved(key.Text, isKnown ? prints.State : null, isKnown ? prints.Print : default);
            more = isKnown ? await prints.NextAsync() : more;
            if (move is { } closer && whole is not null)
            {
                var kind = await JudgeAsync(closer, whole.Print, whole.Hash, cancellationToken);
                held = kind is DiffKind.Same ? null : new DiffItem(kind, closer.Key, whole.Row);
            }
            else if (move is not null)
            {
                moved.Add(move.Value);
            }

            if (moved.Count == context.Options.BatchSize)
            {
                await foreach (var item in LookCloserAsync(moved, cancellationToken))
                {
                    yield return item;
                }

                moved.Clear();
            }
        }

        if (held is { } final)
        {
            yield return final;
        }

        await foreach (var item in LookCloserAsync(moved, cancellationToken))
        {
            yield return item;
        }

        await StampAsync(cancellationToken);
        for (; more; more = await prints.NextAsync())
        {
            if (Lost(prints.State) is DiffKind.Missing)
            {
                yield return Missing(prints);
            }
        }
    }

    // A row that went since the scan came by it is missed by the next one.
    private async IAsyncEnumerable<DiffItem> LookCloserAsync(IReadOnlyList<Moved> moved, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (moved.Count == 0)
        {
            yield break;
        }

        var rows = (await context.Warehouse.FindAsync(context.Runtime.WarehouseRead, [.. moved.Select(m => m.Key)], cancellationToken))
            .ToLookup(r => r.Key!, StringComparer.Ordinal);
        foreach (var move in moved)
        {
            switch (rows[move.Key].ToList())
            {
                case [var row]:
                    if (await JudgeAsync(move, context.Runtime.Print(row), row.Hash, cancellationToken) is not DiffKind.Same and var kind)
                    {
                        yield return new DiffItem(kind, move.Key, row);
                    }

                    break;
                case [_, ..]:
                    yield return new DiffItem(DiffKind.RepeatedKey, move.Key, null);
                    break;
            }
        }
    }

    private async ValueTask<DiffKind> JudgeAsync(Moved row, Fingerprint print, long hash, CancellationToken cancellationToken)
    {
        var kind = row.State is { } state ? Kind(state, row.Print, print) : DiffKind.New;
        if (kind is DiffKind.Same && hash != 0 && row.State is PairState.Linked)
        {
            await StampAsync(new RowStamp(row.Key, print, hash), cancellationToken);
        }

        return kind;
    }

    // A hash is only a hint. A row that it finds different and that means the same is stamped, so that it is not found again.
    private async IAsyncEnumerable<DiffItem> SiftAsync(IDifferenceScan found, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var rows = found;
        while (await rows.NextAsync())
        {
            await context.KeepLeaseAsync(cancellationToken);
            var key = Encoding.UTF8.GetString(rows.Key);
            var kind = !rows.IsThere ? Lost(rows.KnownState)
                : !rows.HasKey ? DiffKind.NullKey
                : rows.IsRepeated ? DiffKind.RepeatedKey
                : rows.IsKnown ? Kind(rows.KnownState, rows.KnownPrint, rows.Print)
                : DiffKind.New;
            if (kind is not DiffKind.Same)
            {
                yield return new DiffItem(kind, key, kind is DiffKind.New or DiffKind.Changed or DiffKind.Unsettled ? rows.Row : null);
                continue;
            }

            if (rows.IsThere)
            {
                await StampAsync(new RowStamp(key, rows.Print, rows.Hash), cancellationToken);
            }
        }

        await StampAsync(cancellationToken);
    }

    // The hash stands for a row that means what the fingerprint says: nothing need be made of one that has not moved.
    private static bool IsAsStamped(IPrintScan known, IKeyScan row) =>
        known.State is PairState.Linked && known.Hash != 0 && known.Print != Fingerprint.None && known.Hash == row.Hash;

    private async ValueTask StampAsync(RowStamp stamp, CancellationToken cancellationToken)
    {
        // A rehearsal would only undo them.
        if (!context.Request.DryRun)
        {
            _stamps.Add(stamp);
        }

        if (_stamps.Count == context.Options.BatchSize)
        {
            await StampAsync(cancellationToken);
        }
    }

    private async Task StampAsync(CancellationToken cancellationToken)
    {
        if (_stamps.Count > 0)
        {
            await context.State.SettleAsync(context.Settlement() with { Stamps = [.. _stamps] }, cancellationToken);
            _stamps.Clear();
        }
    }

    private async IAsyncEnumerable<DiffItem> LookUpAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var rows in DistinctAsync(since, cancellationToken).InBatchesAsync(context.Options.BatchSize, cancellationToken))
        {
            var pairs = await context.State.PairsByKeyAsync([.. rows.Where(r => r.Kind is null).Select(r => r.Row.Key!)], cancellationToken);
            foreach (var (row, kind) in rows)
            {
                yield return kind is not null ? new DiffItem(kind.Value, row.Key ?? "", row)
                    : pairs.TryGetValue(row.Key!, out var pair)
                        ? new DiffItem(Kind(pair.State, pair.WarehousePrint, context.Runtime.Print(row)), row.Key!, row)
                        : new DiffItem(DiffKind.New, row.Key!, row);
            }
        }
    }

    // Nothing may be concluded about these until they are settled elsewhere.
    private static bool IsIdle(PairState state) => state is PairState.CreatingCrm or PairState.Duplicate or PairState.GoneFromCrm;

    private static DiffKind Kind(PairState state, Fingerprint known, Fingerprint row) => state switch
    {
        _ when IsIdle(state) => DiffKind.Same,
        PairState.GoneFromWarehouse => DiffKind.Changed,
        _ when known == Fingerprint.None => DiffKind.Unsettled,
        _ => known == row ? DiffKind.Same : DiffKind.Changed,
    };

    private static DiffKind Lost(PairState state) => state is PairState.Linked or PairState.GoneFromCrm ? DiffKind.Missing : DiffKind.Same;

    private static DiffItem Missing(IPrintScan print) => new(DiffKind.Missing, Encoding.UTF8.GetString(print.Key), null);

    private async IAsyncEnumerable<(WarehouseRow Row, DiffKind? Kind)> DistinctAsync(
        DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        WarehouseRow? held = null;
        var repeated = false;
        await foreach (var row in context.Warehouse.ReadAsync(context.Runtime.WarehouseRead, since, cancellationToken))
        {
            if (row.Key is null)
            {
                yield return (row, DiffKind.NullKey);
                continue;
            }

            if (held is not null && held.Key == row.Key)
            {
                repeated = true;
                continue;
            }

            if (held is not null)
            {
                yield return (held, repeated ? DiffKind.RepeatedKey : null);
            }

            (held, repeated) = (row, false);
        }

        if (held is not null)
        {
            yield return (held, repeated ? DiffKind.RepeatedKey : null);
        }
    }

    /// <summary>A row that is not as it was when it was last settled, as far as its hash tells.</summary>
    /// <param name="Key">Its key.</param>
    /// <param name="State">Where its pair stands; null when no pair knows the key.</param>
    /// <param name="Print">Fingerprint of the row that was last planned for.</param>
    private readonly record struct Moved(string Key, PairState? State, Fingerprint Print);
}
