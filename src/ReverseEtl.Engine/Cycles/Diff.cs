using System.Runtime.CompilerServices;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
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

/// <summary>Compares the model with the state: in full by merging two ordered streams, or only the rows that changed lately.</summary>
internal sealed class Diff(CycleContext context)
{
    /// <summary>Everything there is to say; unchanged rows too, so that they can be counted.</summary>
    public IAsyncEnumerable<DiffItem> ReadAsync(DateTimeOffset? since, CancellationToken cancellationToken) =>
        since is null ? MergeAsync(cancellationToken) : LookUpAsync(since.Value, cancellationToken);

    private async IAsyncEnumerable<DiffItem> MergeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var prints = context.State.ReadPrintsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var more = await prints.MoveNextAsync();
        await foreach (var (row, kind) in DistinctAsync(null, cancellationToken))
        {
            if (kind is not null)
            {
                yield return new DiffItem(kind.Value, row.Key ?? "", row);
                while (kind is DiffKind.RepeatedKey && more && RecordKey.Compare(prints.Current.Key, row.Key!) <= 0)
                {
                    if (prints.Current.Key != row.Key && Lost(prints.Current) is { } before)
                    {
                        yield return before;
                    }

                    more = await prints.MoveNextAsync();
                }

                continue;
            }

            while (more && RecordKey.Compare(prints.Current.Key, row.Key!) < 0)
            {
                if (Lost(prints.Current) is { } lost)
                {
                    yield return lost;
                }

                more = await prints.MoveNextAsync();
            }

            if (more && prints.Current.Key == row.Key)
            {
                yield return new DiffItem(Kind(prints.Current, row), row.Key!, row);
                more = await prints.MoveNextAsync();
            }
            else
            {
                yield return new DiffItem(DiffKind.New, row.Key!, row);
            }
        }

        for (; more; more = await prints.MoveNextAsync())
        {
            if (Lost(prints.Current) is { } lost)
            {
                yield return lost;
            }
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
                    : pairs.TryGetValue(row.Key!, out var pair) ? new DiffItem(Kind(new PairPrint(pair.Key, pair.WarehousePrint, pair.State), row), row.Key!, row)
                    : new DiffItem(DiffKind.New, row.Key!, row);
            }
        }
    }

    private DiffKind Kind(PairPrint print, WarehouseRow row) => print switch
    {
        // Nothing may be concluded about these until they are settled elsewhere.
        { State: PairState.CreatingCrm or PairState.Duplicate or PairState.GoneFromCrm } => DiffKind.Same,
        { State: PairState.GoneFromWarehouse } => DiffKind.Changed,
        _ when print.WarehousePrint == Fingerprint.None => DiffKind.Unsettled,
        _ => print.WarehousePrint == context.Runtime.Print(row) ? DiffKind.Same : DiffKind.Changed,
    };

    private static DiffItem? Lost(PairPrint print) => print.State is PairState.Linked or PairState.GoneFromCrm
        ? new DiffItem(DiffKind.Missing, print.Key, null)
        : null;

    // Rows come in key order, so rows with one key are neighbours and rows without a key are last.
    private async IAsyncEnumerable<(WarehouseRow Row, DiffKind? Kind)> DistinctAsync(
        DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
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
}
