using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Carries out decisions about pairs that a merge in the CRM put on one record, and about a row whose key several records carry.</summary>
/// <remarks>
/// <c>warehouse</c>: this row keeps the record and the others let go. <c>crm</c> or <c>ignore</c>: this row lets go. <c>value</c>, with the
/// id of a record that no other row has: this row takes that one instead, and both meet as for the first time.
/// </remarks>
internal sealed class Duplicates(CycleContext context)
{
    /// <summary>Decides those of the batch that a person decided about; all others stay frozen.</summary>
    public async Task CarryOutAsync(IReadOnlyList<Work> batch, CancellationToken cancellationToken)
    {
        var frozen = batch.Where(w => w.Pair.State is PairState.Duplicate).ToList();
        if (frozen.Count == 0)
        {
            return;
        }

        var conflicts = await context.State.OpenConflictsAsync([.. frozen.Select(w => w.Key)], cancellationToken);
        foreach (var work in frozen)
        {
            if (conflicts[work.Key].FirstOrDefault(c => c is { Kind: ConflictKind.Duplicate, Resolution: not null }) is { Resolution: { } resolution })
            {
                await DecideAsync(work, resolution, cancellationToken);
            }
        }
    }

    private async Task DecideAsync(Work work, Resolution resolution, CancellationToken cancellationToken)
    {
        if (resolution is { Choice: ResolutionChoice.Value, Value: { } typed } && context.Crm.IdOf(typed) is var other && other != work.Pair.CrmId)
        {
            await TakeAsync(work, other, resolution, cancellationToken);
            return;
        }

        var id = work.Pair.CrmId!;
        var others = (await context.State.PairsByCrmIdAsync([id], cancellationToken))[id]
            .Where(p => p.Key != work.Key && p.State is PairState.Duplicate).ToList();
        var keeps = resolution.Choice is ResolutionChoice.Warehouse or ResolutionChoice.Value;
        var mine = keeps ? Keeping(work.Pair) : LettingGo(work.Pair);
        IReadOnlyList<Pair> theirs = keeps ? [.. others.Select(LettingGo)] : others.Count == 1 ? [Keeping(others[0])] : [];
        var keys = theirs.Select(p => p.Key).Append(work.Key).ToList();
        var questions = await context.State.OpenConflictsAsync(keys, cancellationToken);
        await context.State.SettleAsync(
            context.Settlement() with
            {
                Pairs = [mine, .. theirs],
                ClosedConflicts = [.. keys.SelectMany(k => questions[k]).Where(c => c.Kind is ConflictKind.Duplicate)
                    .Select(c => new ConflictClosing(c.Id, $"resolved by {resolution.By}"))],
                Dirty = [.. theirs.Where(p => p.State is PairState.Linked).Select(p => new DirtyMark(p.Key, null, "keeps the merged record"))],
                Changes = [.. theirs.Append(mine).Select(p => new Change(
                    p.Key, id, Side.Crm, p.State is PairState.Linked ? "keep" : "detach", [], [$"resolved by {resolution.By}"]))],
            },
            cancellationToken);
        work.Pair = mine;
    }

    private async Task TakeAsync(Work work, string id, Resolution resolution, CancellationToken cancellationToken)
    {
        var records = await context.Crm.ReadAsync(context.Runtime.CrmRead, [id, work.Pair.CrmId!], cancellationToken);
        var record = records.GetValueOrDefault(id);
        if (record is not { Presence: CrmPresence.Live } || record.Id != id || (await context.State.PairsByCrmIdAsync([id], cancellationToken)).Contains(id))
        {
            context.Books.Hold(RecordKey.Display(work.Key), $"record {id} is not there or has a row already");
            return;
        }

        var questions = await context.State.OpenConflictsAsync([work.Key], cancellationToken);

        // The record that is let go may still carry the key; it is known, so nobody is asked about it again.
        IReadOnlyList<UnlinkedRecord> free = records.GetValueOrDefault(work.Pair.CrmId!) is { Presence: CrmPresence.Live } left && left.Id == work.Pair.CrmId
            ? [new UnlinkedRecord(left.Id, Linker.MatchKeys(context.Runtime, left))]
            : [];
        var mine = Keeping(work.Pair) with { CrmId = id, IsOurs = false, Bases = new FieldBase?[work.Pair.Bases.Length] };
        await context.State.SettleAsync(
            context.Settlement() with
            {
                Pairs = [mine],
                Unlinked = free,
                ForgottenUnlinked = [id],
                ClosedConflicts = [.. questions[work.Key].Where(c => c.Kind is ConflictKind.Duplicate).Select(c => new ConflictClosing(c.Id, $"resolved by {resolution.By}"))],
                Changes = [new Change(work.Key, id, Side.Crm, "link", [], [$"resolved by {resolution.By}"])],
            },
            cancellationToken);
        work.Pair = mine;
    }

    private static Pair Keeping(Pair pair) => pair with
    {
        State = PairState.Linked,
        Epoch = pair.Epoch + 1,
        CrmPrint = Fingerprint.None,
        WarehousePrint = Fingerprint.None,
        CrmVersion = DateTimeOffset.MinValue,
    };

    // The record belongs to the other row now, so this one has none.
    private static Pair LettingGo(Pair pair) => pair with { State = PairState.GoneFromCrm, CrmId = null, Epoch = pair.Epoch + 1 };
}
