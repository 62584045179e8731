using System.Globalization;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Turns decisions into writes, and refuses values that the written side cannot hold before a call is spent on them.</summary>
internal sealed class Drafter(CycleContext context)
{
    /// <summary>The field number of a write that is not about a mapped field: the key, or what says that a record is out of use.</summary>
    private const int KeyField = -1;

    public Draft Draft(Work work)
    {
        var draft = new Draft(work);
        switch (work.Decision.Step)
        {
            case RecordStep.Fields:
                Fields(draft);
                break;
            case RecordStep.Recreate:
                Create(draft);
                break;
            case RecordStep.ArchiveCrm when context.Mapping.Records.Archive is { } archive:
                TakeOutOfUse(draft, archive);
                break;
            case RecordStep.ArchiveCrm:
                Remove(draft, RecordAction.Archive, CrmWriteKind.Archive);
                break;
            case RecordStep.PurgeCrm:
                Remove(draft, RecordAction.Purge, CrmWriteKind.Purge);
                break;
            case RecordStep.DeleteCrm:
                Remove(draft, RecordAction.Delete, CrmWriteKind.Delete);
                break;
            case RecordStep.DeleteWarehouse:
                draft.RowWrite = new WarehouseWrite(WarehouseWriteKind.Delete, work.Key, work.Pair.CrmId!, []);
                draft.Row = new SideWrite(Intent(work, Side.Warehouse, RecordAction.Delete, []), []);
                break;
        }

        return draft;
    }

    /// <summary>A create in the CRM: everything that the warehouse may set and has a value for.</summary>
    public void Create(Draft draft)
    {
        List<IntentField> fields = [];
        List<int> indexes = [];
        for (var i = 0; i < context.Runtime.Rules.Count; i++)
        {
            var rule = context.Runtime.Rules[i];
            var view = draft.Work.Views[i];
            if (!rule.MayPush || view.Warehouse.State is not ValueState.Value)
            {
                continue;
            }

            if (rule.IsLink)
            {
                draft.LinksLater = true;
                continue;
            }

            if (!view.WarehouseAsCrm.IsSeen)
            {
                draft.Waits = true;
                return;
            }

            fields.Add(new IntentField(rule.Mapping.Crm, view.WarehouseAsCrm, view.Warehouse, "new_in_warehouse: create"));
            indexes.Add(i);
        }

        if (!RefusedNow(draft, Side.Crm, fields, indexes))
        {
            Send(draft, RecordAction.Create, fields, indexes, new CrmWrite(
                CrmWriteKind.Upsert, Trace(draft.Work.Key), null, RecordKey.Display(draft.Work.Key), Fields(fields))
            {
                OnlyNew = context.Mapping.Records.Mode is WriteMode.CreateOnly,
            });
        }
    }

    private void Fields(Draft draft)
    {
        var work = draft.Work;
        List<IntentField> pushes = [], pulls = [];
        List<int> pushed = [], pulled = [];
        for (var i = 0; i < work.Decision.Fields.Count; i++)
        {
            var (rule, view, decision) = (context.Runtime.Rules[i], work.Views[i], work.Decision.Fields[i]);
            draft.Waits |= decision.Step is FieldStep.Wait;
            if (decision.Step is FieldStep.Push or FieldStep.WriteBoth)
            {
                pushes.Add(new IntentField(rule.Mapping.Crm, decision.Value, view.Warehouse, decision.Rule)
                {
                    Loses = rule.IsLink ? OwnLinks.Lost(rule, view.Base, Lost(decision, FieldStep.Push, view.Crm)) : Lost(decision, FieldStep.Push, view.Crm),
                });
                pushed.Add(i);
            }

            if (decision.Step is FieldStep.Pull or FieldStep.WriteBoth)
            {
                pulls.Add(new IntentField(rule.Mapping.Warehouse, decision.Value, view.Crm, decision.Rule) { Loses = Lost(decision, FieldStep.Pull, view.Warehouse) });
                pulled.Add(i);
            }
        }

        var key = RecordKey.Display(work.Key);
        var writesKey = context.Mapping.Records.Mode is not WriteMode.CreateOnly && work.Record is { } record && !context.Runtime.Carries(record, key);
        Revive(work, pushes, pushed);
        var isLinking = HoldLinks(draft, pushes, pushed, writesKey);
        if ((pushes.Count > 0 || writesKey) && !RefusedNow(draft, Side.Crm, pushes, pushed))
        {
            Send(draft, work.IsNewLink ? RecordAction.Link : RecordAction.Update, pushes, pushed, new CrmWrite(
                CrmWriteKind.Update, Trace(work.Key), work.Pair.CrmId, writesKey ? key : null, isLinking ? Links(work) : Fields(pushes))
            {
                IfVersion = Condition(work, pushed, writesKey),
            }, writesKey);
        }

        if (pulls.Count > 0 && !RefusedNow(draft, Side.Warehouse, pulls, pulled))
        {
            draft.RowWrite = new WarehouseWrite(WarehouseWriteKind.Update, work.Key, work.Pair.CrmId!,
                [.. pulls.Select((p, n) => new ColumnWrite(p.Field, work.Views[pulled[n]].Warehouse, p.Sent))]);
            draft.Row = new SideWrite(Intent(work, Side.Warehouse, RecordAction.Update, pulls), pulled);
        }
    }

    // Links go to resources of their own, so a write is all links or none: what becomes of it is then true of the whole of it.
    private bool HoldLinks(Draft draft, List<IntentField> pushes, List<int> pushed, bool writesKey)
    {
        bool IsLink(int field) => field != KeyField && context.Runtime.Rules[field].IsLink;
        if (!pushed.Exists(IsLink))
        {
            return false;
        }

        if (!draft.Work.IsNewLink && !writesKey && pushed.TrueForAll(IsLink))
        {
            return true;
        }

        draft.LinksLater = true;
        for (var n = pushed.Count - 1; n >= 0; n--)
        {
            if (IsLink(pushed[n]))
            {
                pushed.RemoveAt(n);
                pushes.RemoveAt(n);
            }
        }

        return false;
    }

    // The links that stay as they are go along: one link may be of several types, and what one line lets go another may hold.
    private List<CrmFieldWrite> Links(Work work) =>
    [
        .. from line in context.Runtime.Rules.Index()
           where line.Item is { IsLink: true, IsParked: false }
           let ours = work.Views[line.Index].Base?.Crm.Value ?? FieldValue.NotObserved
           let decision = work.Decision.Fields[line.Index]
           let wanted = decision.Step is FieldStep.Push ? decision.Value : ours
           where wanted.IsSeen
           select new CrmFieldWrite(line.Item.Mapping.Crm, wanted) { Replaces = ours },
    ];

    // What both sides may change, and whom a record belongs to, is written only over what the decision saw. A field with one owner goes
    // unconditionally, in the widest batch: its owner's value holds whatever is there.
    private DateTimeOffset? Condition(Work work, List<int> pushed, bool writesKey) =>
        context.Crm.Traits.Guard is EditGuard.Condition && (writesKey || pushed.Any(i => i == KeyField || context.Runtime.Rules[i].Owner is FieldOwner.Shared))
            ? work.Record!.Version
            : null;

    // The record stays, and says by a field of its own that nobody is behind it any more.
    private void TakeOutOfUse(Draft draft, ArchiveField archive)
    {
        if (RefusedNow(draft, Side.Crm, [], []))
        {
            return;
        }

        var value = FieldValue.Of(archive.Value);
        Send(draft, RecordAction.Archive, [new IntentField(archive.Field, value, value, "gone_from_warehouse: archive")], [KeyField],
            new CrmWrite(CrmWriteKind.Update, Trace(draft.Work.Key), draft.Work.Pair.CrmId, null, [new CrmFieldWrite(archive.Field, value)]));
    }

    // What somebody else put into the field meanwhile stands.
    private void Revive(Work work, List<IntentField> pushes, List<int> pushed)
    {
        if (work is { Revives: true, Record: { } record } && context.Mapping.Records.Archive is { } archive
            && context.Runtime.ArchiveType.Same(context.Runtime.Value(record, archive.Field), FieldValue.Of(archive.Value)))
        {
            var value = FieldValue.Of(archive.Restore);
            pushes.Add(new IntentField(archive.Field, value, value, "back in the warehouse"));
            pushed.Add(KeyField);
        }
    }

    private void Remove(Draft draft, RecordAction action, CrmWriteKind kind)
    {
        if (RefusedNow(draft, Side.Crm, [], []))
        {
            return;
        }

        draft.CrmWrite = new CrmWrite(kind, Trace(draft.Work.Key), draft.Work.Pair.CrmId, null, []);
        draft.Crm = new SideWrite(Intent(draft.Work, Side.Crm, action, []), []);
    }

    private void Send(Draft draft, RecordAction action, List<IntentField> fields, List<int> indexes, CrmWrite write, bool writesKey = false)
    {
        var journalled = writesKey
            ? fields.Append(new IntentField(context.Mapping.Crm.Key, FieldValue.Of(write.Key), FieldValue.Of(write.Key), "key of the pair"))
            : fields;
        draft.CrmWrite = write;
        draft.Crm = new SideWrite(
            Intent(draft.Work, Side.Crm, action, [.. journalled]),
            writesKey ? [.. indexes, KeyField] : indexes);
    }

    // A row that was refused stays out until it looks different, or its time has come.
    private bool RefusedNow(Draft draft, Side side, List<IntentField> fields, List<int> indexes)
    {
        var work = draft.Work;
        var print = side is Side.Crm ? work.Row is { } row ? context.Runtime.Print(row) : work.Pair.WarehousePrint
            : work.Record is { } record ? context.Runtime.Print(record, RecordKey.Display(work.Key)) : work.Pair.CrmPrint;
        // What stood in the way of a record to be made does not stand in the way of a link to it.
        if (work.StandingReject(side) is { } standing && standing.Print == print && !(standing.NextAttemptAt <= context.Now)
            && !(work.IsNewLink && standing is { Class: Rejects.DuplicateClass, CrmId: null }))
        {
            draft.Refused.Add(standing);
            return true;
        }

        for (var n = 0; n < fields.Count; n++)
        {
            if (indexes[n] == KeyField)
            {
                continue;
            }

            var rule = context.Runtime.Rules[indexes[n]];
            var type = side is Side.Crm ? rule.CrmType : rule.WarehouseType;
            if (type.Refuse(fields[n].Sent) is { } problem)
            {
                draft.Refused.Add(Rejects.Of(context, draft, side, new CrmError("validation", RetryRule.AfterChange, "", $"{fields[n].Field}: the value {problem}")));
                return true;
            }
        }

        return false;
    }

    private Intent Intent(Work work, Side side, RecordAction action, IReadOnlyList<IntentField> fields) =>
        new(work.Key, work.Pair.CrmId, side, action, work.Pair.Epoch, fields, work.Record?.Version ?? work.Pair.CrmVersion,
            context.Run, context.Now, context.Now + context.Options.SendWithin);

    private static FieldValue Lost(FieldDecision decision, FieldStep step, FieldValue replaced) =>
        decision.Step == step && decision.Loses ? replaced : FieldValue.NotObserved;

    private static List<CrmFieldWrite> Fields(IEnumerable<IntentField> fields) => [.. fields.Select(f => new CrmFieldWrite(f.Field, f.Sent))];

    private static string Trace(string key) => ((ulong)Fingerprint.OfText(key).Bits).ToString("x16", CultureInfo.InvariantCulture);
}
