using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Turns outcomes into bases, pairs and everything else that is recorded of a batch.</summary>
internal sealed class Settler(CycleContext context, SettlementBuilder builder)
{
    private readonly Receipts _receipts = new(context);

    private readonly WriteSettler _writes = new(context, builder);

    private readonly QuestionSettler _questions = new(context, builder);

    public void Settle(Draft draft)
    {
        var work = draft.Work;
        builder.ClearedDirty.AddRange(work.Marks);

        // Whatever held the record earlier in this cycle is judged anew.
        context.Books.Release(RecordKey.Display(work.Key));
        foreach (var (action, rule) in work.Events)
        {
            builder.Changes.Add(new Change(work.Key, work.Pair.CrmId, Side.Crm, action, [], [rule]));
        }

        Tombstones(work);
        switch (work.Decision.Step)
        {
            case RecordStep.Fields or RecordStep.Recreate:
                Written(draft);
                break;
            case RecordStep.ArchiveCrm or RecordStep.DeleteCrm or RecordStep.PurgeCrm:
                Removed(draft, draft.CrmResult?.Outcome, draft.CrmResult?.Error, Side.Crm);
                break;
            case RecordStep.DeleteWarehouse:
                Removed(draft, draft.RowResult?.Outcome, null, Side.Warehouse);
                break;
            case RecordStep.Detach:
                Keep(work, work.Pair with { State = work.Decision.Side is Side.Crm ? PairState.GoneFromCrm : PairState.GoneFromWarehouse });
                Changed(work, work.Decision.Side, "detach", work.Decision.Rule);
                _questions.Close(work);
                break;
            case RecordStep.Forget:
                builder.ForgottenPairs.Add(work.Key);
                Changed(work, Side.Crm, "forget", work.Decision.Rule);
                _questions.Close(work);
                break;
            case RecordStep.Age:
                builder.Tombstones.Add(work.Tombstones.GetValueOrDefault(work.Decision.Side)
                    ?? new Tombstone(work.Key, work.Decision.Side, context.Now));
                break;
            case RecordStep.Ask:
                _questions.Ask(work);
                Keep(work, Unprinted(work));
                break;
            default:
                Rest(work);
                break;
        }
    }

    private void Written(Draft draft)
    {
        var work = draft.Work;
        foreach (var refused in draft.Refused)
        {
            builder.Rejects.Add(refused);
            context.Books.Refuse(RecordKey.Display(work.Key), refused.Reason);
        }

        if (draft.Waits && !work.IsNew)
        {
            context.Books.Hold(RecordKey.Display(work.Key), "waiting_for_reference");
            builder.Dirty.Add(new DirtyMark(work.Key, work.Pair.CrmId, "waiting for a referenced record"));
        }

        var crm = _writes.Outcome(draft, draft.Crm, Side.Crm, draft.CrmResult?.Outcome, draft.CrmResult?.Error);
        var row = _writes.Outcome(draft, draft.Row, Side.Warehouse, draft.RowResult?.Outcome,
            draft.RowResult?.Reason is { } reason ? new CrmError("validation", RetryRule.AfterChange, "", reason) : null);
        if (crm is WriteOutcome.Confirmed && draft.Crm!.Intent.Action is RecordAction.Create && draft.CrmResult is { Created: false })
        {
            // The key was there already: what the record holds besides is not known, so it is met as for the first time.
            builder.Dirty.Add(new DirtyMark(work.Key, draft.CrmResult.Id, "the key was on a record already"));
        }

        if (draft.IsFrozen)
        {
            return;
        }

        FirstLook(draft, crm);
        Merged(draft);
        if (draft.LinksLater && crm is (null or WriteOutcome.Confirmed))
        {
            builder.Dirty.Add(new DirtyMark(work.Key, draft.CrmResult?.Id ?? work.Pair.CrmId, "its links are written after it"));
        }

        if (work.IsNewLink && crm is not (null or WriteOutcome.Confirmed))
        {
            return;
        }

        // A record that is to be made again may also be refused by ourselves, or wait for a parent: then nothing was sent at all.
        var creates = work.IsNew || work.Decision.Step is RecordStep.Recreate || draft.Crm?.Intent.Action is RecordAction.Create;
        if (creates && crm is not WriteOutcome.Confirmed)
        {
            // The journal reserved the pair; a create that certainly did not happen gives it back.
            if (work.IsNew && draft.Crm is { MaySend: true } && crm is (WriteOutcome.Rejected or WriteOutcome.Missing or WriteOutcome.Moved))
            {
                builder.ForgottenPairs.Add(work.Key);
            }

            return;
        }

        if (work.Decision.Step is RecordStep.Recreate)
        {
            builder.ClearedTombstones.Add((work.Key, Side.Crm));
        }

        Unreadable(work);
        Keep(work, _receipts.Pair(draft, crm, row));
        if (context.Compares && work is { RowPresence: not Presence.Unread, RecordPresence: not Presence.Unread })
        {
            context.Compared.Add(work.Key);
        }

        _questions.Settle(draft, crm, row);
        Overwritten(draft);
        Adoptions(work);
        Count(work, draft, crm, row);
    }

    // What a side hid for a while is in no list of changes when it can be seen again. A mark that led here stays, however many there are; new
    // ones are made for a batch at most, beyond which a full read is the cheaper way.
    private void Unreadable(Work work)
    {
        if (work.Decision.Fields.Any(f => f.Step is FieldStep.Skip) && (work.Marks.Count > 0 || context.Unreadable++ < context.Options.BatchSize))
        {
            builder.Dirty.Add(new DirtyMark(work.Key, work.Pair.CrmId, "a field could not be read"));
        }
    }

    // What the CRM itself puts into a new record (an owner, a default) belongs to the first load too: seen only later, it would look like a
    // change of every record at once, and the guard would hold it.
    private void FirstLook(Draft draft, WriteOutcome? crm)
    {
        if (context.FirstLoad && draft.Work.IsNew && crm is WriteOutcome.Confirmed && context.Runtime.Rules.Any(r => !r.MayPush))
        {
            builder.Dirty.Add(new DirtyMark(draft.Work.Key, draft.CrmResult!.Id, "first look at what the CRM owns"));
        }
    }

    // No list of changes has told of it yet; the look at the record does, for every pair that the merge concerns.
    private void Merged(Draft draft)
    {
        if (draft is { CrmResult.Id: { } id, Work.Pair.CrmId: { } own, Crm.Intent.Action: not RecordAction.Create } && id != own)
        {
            builder.Dirty.Add(new DirtyMark(draft.Work.Key, own, "its record was merged into another one"));
        }
    }

    private void Removed(Draft draft, WriteOutcome? outcome, CrmError? error, Side side)
    {
        var work = draft.Work;
        var done = _writes.Outcome(draft, side is Side.Crm ? draft.Crm : draft.Row, side, outcome, error);
        if (done is WriteOutcome.Confirmed or WriteOutcome.Missing)
        {
            context.Books.Deleted++;
            if (done is WriteOutcome.Confirmed && draft.CrmWrite?.Kind is CrmWriteKind.Update)
            {
                // The record is still there for the row to come back to.
                Keep(work, Unprinted(work) with { State = PairState.GoneFromWarehouse });
            }
            else
            {
                builder.ForgottenPairs.Add(work.Key);
            }

            builder.ClearedTombstones.Add((work.Key, side is Side.Crm ? Side.Warehouse : Side.Crm));
            _questions.Close(work);
        }
    }

    private void Overwritten(Draft draft)
    {
        foreach (var (field, trace) in draft.Traces)
        {
            Overwrites.Record(context, builder, draft.Work.Pair, draft.Crm!.Intent.Fields.First(f => f.Field == field), trace);
        }
    }

    private void Adoptions(Work work)
    {
        var adopted = Enumerable.Range(0, work.Decision.Fields.Count)
            .Where(i => work.Decision.Fields[i] is { Step: FieldStep.Adopt, Origin: BaseOrigin.Adopted or BaseOrigin.Resolved or BaseOrigin.Receipt }).ToList();
        if (adopted.Count > 0)
        {
            builder.Changes.Add(new Change(work.Key, work.Pair.CrmId, Side.Crm, "adopt",
                [.. adopted.Select(i => context.Runtime.Rules[i].Mapping.Crm)], [.. adopted.Select(i => work.Decision.Fields[i].Rule)]));
        }
    }

    private void Count(Work work, Draft draft, WriteOutcome? crm, WriteOutcome? row)
    {
        var books = context.Books;
        var creates = draft.Crm?.Intent.Action is RecordAction.Create;
        if (work.IsNewLink || (creates && draft.CrmResult is { Created: false }))
        {
            books.Linked++;
            builder.ForgottenUnlinked.Add(draft.CrmResult?.Id ?? work.Pair.CrmId!);
        }
        else if (crm is WriteOutcome.Confirmed)
        {
            books.Created += creates ? 1 : 0;
            books.Updated += creates ? 0 : 1;
        }

        books.Pulled += row is WriteOutcome.Confirmed ? 1 : 0;
        if (crm is WriteOutcome.Confirmed || row is WriteOutcome.Confirmed || work.IsNewLink)
        {
            books.Touch(work.Key);
        }
    }

    private void Rest(Work work)
    {
        if (work.Decision.Step is RecordStep.Frozen)
        {
            context.Books.Hold(RecordKey.Display(work.Key), work.Decision.Rule);
            return;
        }

        _questions.Close(work);
        if (work.Events.Count > 0)
        {
            Keep(work, Unprinted(work));
        }
    }

    // The record must be looked at again when anything moves, so its prints are not settled.
    private static Pair Unprinted(Work work) => work.Pair with { WarehousePrint = Fingerprint.None, CrmPrint = Fingerprint.None };

    private void Tombstones(Work work)
    {
        foreach (var (side, _) in work.Tombstones)
        {
            var presence = side is Side.Crm ? work.RecordPresence : work.RowPresence;
            if (presence is Presence.Present || work.Decision.Step is RecordStep.Forget or RecordStep.Detach or RecordStep.Ask)
            {
                builder.ClearedTombstones.Add((work.Key, side));
            }
        }
    }

    private void Keep(Work work, Pair pair)
    {
        builder.Pairs.Add(pair);
        work.Pair = pair;
        if (work is { IsNew: true } or { IsNewLink: true } && pair.CrmId is { } id)
        {
            context.Books.Foresee(pair.Key, id);
        }
    }

    private void Changed(Work work, Side side, string action, string rule) =>
        builder.Changes.Add(new Change(work.Key, work.Pair.CrmId, side, action, [], [rule]));
}
