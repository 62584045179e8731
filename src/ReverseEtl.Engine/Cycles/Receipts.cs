using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Makes the new pair out of what was decided and what the sides answered. A base advances only on agreement, on a rule, or on a
/// confirmed write, never on a write that was merely sent.
/// </summary>
internal sealed class Receipts(CycleContext context)
{
    public Pair Pair(Draft draft, WriteOutcome? crm, WriteOutcome? row)
    {
        var work = draft.Work;
        var created = draft.Crm?.Intent.Action is RecordAction.Create;
        var bases = (FieldBase?[])work.Pair.Bases.Clone();
        for (var i = 0; i < bases.Length; i++)
        {
            bases[i] = created ? Created(draft, i) : Decided(draft, i, crm, row);
        }

        // A CRM record that was written must be seen again: without that its own spelling of what we sent would never be noticed. A row
        // that was written told what it holds. A side that could not be read leaves both sides to be looked at again.
        var settled = draft is { Waits: false, LinksLater: false } && !work.Decision.Fields.Any(f => f.Step is FieldStep.Skip) && crm is (null or WriteOutcome.Confirmed) && row is (null or WriteOutcome.Confirmed);
        var result = draft.CrmResult;
        var seen = work.Row is { } r ? Written(context, draft, r) : null;
        return work.Pair with
        {
            // Only a create tells where its record is. A write that met another record than it was for met a merge, which is followed by a look.
            CrmId = created ? result!.Id : work.Pair.CrmId,
            State = work.Revives && crm is not (null or WriteOutcome.Confirmed) ? PairState.GoneFromWarehouse : PairState.Linked,
            IsOurs = created ? result!.Created : work.Pair.IsOurs,
            Epoch = created ? work.Pair.Epoch + 1 : work.Pair.Epoch,
            Bases = bases,
            WarehousePrint = !settled ? Fingerprint.None : seen is null ? work.Pair.WarehousePrint : context.Runtime.Print(seen),
            RowHash = seen?.Hash ?? work.Pair.RowHash,
            CrmPrint = !settled || crm is not null ? Fingerprint.None
                : work.Record is { } c ? context.Runtime.Print(c, RecordKey.Display(work.Key)) : work.Pair.CrmPrint,
            CrmVersion = Latest(work.Pair.CrmVersion, work.Record?.Version, crm is WriteOutcome.Confirmed ? result?.Version : null),
        };
    }

    /// <summary>The row as it is after our own write; a landing table does not change the row.</summary>
    public static WarehouseRow Written(CycleContext context, Draft draft, WarehouseRow row)
    {
        if (draft.Row is not { } write || draft.RowResult?.Stored is not { } stored || context.Mapping.Warehouse.WriteTo is null)
        {
            return row;
        }

        var values = (FieldValue[])row.Values.Clone();
        for (var n = 0; n < write.FieldIndexes.Count; n++)
        {
            values[context.Runtime.Column(write.FieldIndexes[n])] = stored[n];
        }

        return row with { Values = values, Hash = 0 };
    }

    private FieldBase? Created(Draft draft, int i)
    {
        var (rule, warehouse) = (context.Runtime.Rules[i], context.Runtime.Value(draft.Work.Row!, i));
        if (!rule.MayPush || rule.IsParked)
        {
            return null;
        }

        // Links are made when the record is there. A record that was there before may have some.
        if (rule.IsLink)
        {
            return warehouse.IsNull && draft.CrmResult!.Created
                ? new FieldBase(rule.WarehouseHalf(FieldValue.Null), rule.CrmHalf(FieldValue.Null), BaseOrigin.Receipt)
                : null;
        }

        // A record that was there before was not seen: what our write replaced in it is one more reason to meet as for the first time.
        if (rule.Owner is FieldOwner.Shared && !draft.CrmResult!.Created)
        {
            return null;
        }

        // A field that was left blank may get a default from the CRM: that is then how the CRM spells our blank. A record that was there
        // before may hold anything in it, so nothing is agreed.
        if (warehouse.State is not ValueState.Value)
        {
            return draft.CrmResult!.Created ? Confirmed(draft, rule, warehouse, FieldValue.Null) : null;
        }

        return Confirmed(draft, rule, warehouse, draft.Crm!.Sent(i));
    }

    private FieldBase? Decided(Draft draft, int i, WriteOutcome? crm, WriteOutcome? row)
    {
        var (rule, view, decision) = (context.Runtime.Rules[i], draft.Work.Views[i], draft.Work.Decision.Fields[i]);
        var before = Seen(rule, view);
        return decision.Step switch
        {
            FieldStep.Adopt => new FieldBase(WarehouseHalf(rule, view), CrmHalf(rule, view), decision.Origin)
            {
                Turns = decision.Origin is BaseOrigin.Resolved ? null : (before ?? view.InDoubt)?.Turns?.Kept(rule),
            },
            FieldStep.Push when rule.IsLink && (draft.LinksLater || crm is null) => before,
            FieldStep.Push when rule.IsLink && crm is not WriteOutcome.Confirmed => OwnLinks.Attempted(before, decision.Value),
            FieldStep.Push => crm is WriteOutcome.Confirmed ? Confirmed(draft, rule, view.Warehouse, decision.Value) with { Turns = TurnsOf(rule, view, decision) } : before,
            FieldStep.Pull => row is WriteOutcome.Confirmed ? Pulled(draft, i, rule, view) with { Turns = TurnsOf(rule, view, decision) } : before,
            FieldStep.WriteBoth => (crm, row) switch
            {
                (WriteOutcome.Confirmed, WriteOutcome.Confirmed) => Both(draft, i, rule, decision.Value),

                // Only one side took the joint value. What both sides held is then the base, so that the joint value travels on as the
                // change of the side that has it.
                (WriteOutcome.Confirmed, _) or (_, WriteOutcome.Confirmed) => new FieldBase(rule.WarehouseHalf(view.Warehouse), rule.CrmHalf(view.Crm), BaseOrigin.Adopted),
                _ => before,
            },
            _ => before,
        };
    }

    private Turns? TurnsOf(FieldRule rule, FieldView view, FieldDecision decision) =>
        Turns.After(rule, view, decision, context.Options.UnstableWithin, context.Now);

    // Only the first look can tell the CRM's spelling from an edit: after it any write of ours, of this mapping or another, makes us the last
    // author of a value that may be a person's.
    private static FieldBase? Seen(FieldRule rule, FieldView view) => rule.IsParked ? Parked(view.Base) : view.Base is { Origin: BaseOrigin.Sent } sent && view.Crm.IsSeen
        ? sent with { Origin = BaseOrigin.Receipt, Crm = view.LastChangedByUs ? rule.CrmHalf(view.Crm) : sent.Crm }
        : view.Base;

    // Other fields of the record are written meanwhile, and that ends what the last author proves.
    private static FieldBase? Parked(FieldBase? agreed) => agreed is { Origin: BaseOrigin.Sent } sent ? sent with { Origin = BaseOrigin.Receipt } : agreed;

    private static FieldBase Confirmed(Draft draft, FieldRule rule, FieldValue source, FieldValue sent)
    {
        var (holds, origin) = draft.CrmResult?.Stored?.TryGetValue(rule.Mapping.Crm, out var stored) == true
            ? (stored, BaseOrigin.Receipt)
            : (sent, BaseOrigin.Sent);
        var (warehouse, crm) = rule.Halves(source, holds);
        return new FieldBase(warehouse, crm, origin);
    }

    private static FieldBase Pulled(Draft draft, int i, FieldRule rule, FieldView view) => rule.Lands
        ? Landed(rule, view)
        : new FieldBase(rule.WarehouseHalf(Stored(draft, i) ?? view.CrmAsWarehouse), rule.CrmHalf(view.Crm), BaseOrigin.Receipt);

    // The CRM half stands as it was until the model shows the value; a pair that never agreed gets one that nothing equals. The row was
    // seen and decided about, so it has moved only when it moves again.
    private static FieldBase Landed(FieldRule rule, FieldView view) =>
        (view.Base ?? new FieldBase(default, Half.Keep(FieldValue.NotObserved), BaseOrigin.Adopted)) with
        {
            Warehouse = rule.WarehouseHalf(view.Warehouse),
            Landed = rule.CrmHalf(view.Crm),
        };

    private static FieldBase Both(Draft draft, int i, FieldRule rule, FieldValue value)
    {
        var (crm, origin) = draft.CrmResult?.Stored?.TryGetValue(rule.Mapping.Crm, out var stored) == true
            ? (stored, BaseOrigin.Receipt)
            : (value, BaseOrigin.Sent);
        return rule.Lands
            ? new FieldBase(rule.WarehouseHalf(draft.Work.Views[i].Warehouse), Half.Keep(FieldValue.NotObserved), BaseOrigin.Adopted) { Landed = rule.CrmHalf(crm) }
            : new FieldBase(rule.WarehouseHalf(Stored(draft, i) ?? value), rule.CrmHalf(crm), origin);
    }

    private static FieldValue? Stored(Draft draft, int field)
    {
        for (var n = 0; draft.Row is { } row && n < row.FieldIndexes.Count; n++)
        {
            if (row.FieldIndexes[n] == field && draft.RowResult?.Stored is { } stored)
            {
                return stored[n];
            }
        }

        return null;
    }

    private static Half WarehouseHalf(FieldRule rule, FieldView view) =>
        view.Warehouse.IsSeen ? rule.WarehouseHalf(view.Warehouse) : view.Base!.Value.Warehouse;

    private static Half CrmHalf(FieldRule rule, FieldView view) =>
        view.Crm.IsSeen ? rule.CrmHalf(view.Crm) : view.Base!.Value.Landed ?? view.Base.Value.Crm;

    private static DateTimeOffset Latest(params DateTimeOffset?[] times) => times.Max() ?? DateTimeOffset.MinValue;
}
