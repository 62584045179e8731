using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Finds CRM records that carry the key of a row whose record is another one, also alive and with the same key: a copy, or a create that
/// took effect twice. The pair is frozen until a person says which of them is the row's. Asked once a record: who stays after the answer
/// is known already.
/// </summary>
internal sealed class Twins(CycleContext context)
{
    /// <summary>The keys of the pairs that are frozen now; records are those that no pair has.</summary>
    public async Task<IReadOnlySet<string>> FreezeAsync(IReadOnlyCollection<CrmRecord> unlinked, CancellationToken cancellationToken)
    {
        var copies = await NewCopiesAsync(unlinked, cancellationToken);
        if (copies.Count == 0)
        {
            return new HashSet<string>();
        }

        var originals = await context.Crm.ReadAsync(context.Runtime.CrmRead, [.. copies.Select(c => c.Pair.CrmId!)], cancellationToken);
        var twins = copies.Where(c => originals.GetValueOrDefault(c.Pair.CrmId!) is { Presence: CrmPresence.Live } original
            && original.Id == c.Pair.CrmId && original.Key == RecordKey.Display(c.Pair.Key)).ToList();
        await context.State.SettleAsync(
            context.Settlement() with
            {
                // Known from now on, in the same transaction: else the question would be asked again after the answer, or never.
                Unlinked = [.. twins.SelectMany(t => t.Copies).Select(r => new UnlinkedRecord(r.Id, Linker.MatchKeys(context.Runtime, r)))],
                Pairs = [.. twins.Select(t => t.Pair with { State = PairState.Duplicate, Epoch = t.Pair.Epoch + 1 })],
                Conflicts = [.. twins.Select(t => Question(t.Pair, t.Copies))],
                Changes = [.. twins.Select(t => new Change(t.Pair.Key, t.Pair.CrmId, Side.Crm, "freeze", [], ["several records carry the key"]))],
            },
            cancellationToken);
        return twins.Select(t => t.Pair.Key).ToHashSet(StringComparer.Ordinal);
    }

    private async Task<List<(Pair Pair, List<CrmRecord> Copies)>> NewCopiesAsync(IReadOnlyCollection<CrmRecord> unlinked, CancellationToken cancellationToken)
    {
        var carrying = unlinked.Where(r => r is { Presence: CrmPresence.Live, Key: not null }).ToLookup(KeyOf, StringComparer.Ordinal);
        if (carrying.Count == 0)
        {
            return [];
        }

        var pairs = await context.State.PairsByKeyAsync([.. carrying.Select(c => c.Key)], cancellationToken);
        var known = await context.State.FindUnlinkedAsync(Linker.KeyRule, [.. carrying.SelectMany(c => c).Select(HashOf).Distinct()], cancellationToken);
        return [.. from pair in pairs.Values
                   where pair is { State: PairState.Linked, CrmId: not null }
                   let copies = carrying[pair.Key].Where(r => !known[HashOf(r)].Contains(r.Id)).ToList()
                   where copies.Count > 0
                   select (pair, copies)];
    }

    private static Conflict Question(Pair pair, IEnumerable<CrmRecord> copies) => new(
        ConflictKind.Duplicate, pair.Key, pair.CrmId, null, FieldValue.NotObserved, FieldValue.NotObserved,
        FieldValue.Of(RecordKey.Display(pair.Key)),
        FieldValue.Of(string.Join(FieldType.ListSeparator, copies.Select(c => c.Id).Append(pair.CrmId!).Order(StringComparer.Ordinal))));

    private string KeyOf(CrmRecord record) => RecordKey.Parse(record.Key!, context.Mapping.Warehouse.Key.Count);

    private ulong HashOf(CrmRecord record) => Linker.MatchKeys(context.Runtime, record)[Linker.KeyRule] ?? 0;
}
