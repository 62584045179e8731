using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Records what is certain of a write whose answer never came. Who changed the record last proves nothing about a single field: that may have
/// been a later write of ours, of this mapping or another. A field was written when its history says so, or when it shows what was sent.
/// </summary>
internal sealed class DoubtSettler(CycleContext context, SettlementBuilder builder)
{
    public void Settle(Doubt doubt, IReadOnlyDictionary<string, WriteTrace> traces)
    {
        var intent = doubt.Intent;
        if (doubt.Step is RecoveryStep.Wait)
        {
            context.InDoubt.Add(intent.Key);
            context.Books.Hold(RecordKey.Display(intent.Key), "in_flight");
            return;
        }

        if (intent.Side is Side.Warehouse)
        {
            Losses(intent, field => doubt.Row is null || !Shows(doubt.Row, field.Field, field.Loses));
            Written(doubt);
        }
        else if (doubt.Pair is not null && intent.Fields.Count > 0 && intent.Fields.All(f => LinkOf(f) is not null))
        {
            Losses(intent, _ => true);
            Linked(doubt);
        }
        else if (doubt.Pair is not null && (doubt.HasMoved || doubt.IsInBin) && intent.Action is RecordAction.Create or RecordAction.Update or RecordAction.Link)
        {
            Found(doubt, Latest(doubt.Pair!), traces);
        }
        else
        {
            // What the history tells stays true whatever became of the pair, or of the state that knew of it.
            Losses(intent, _ => doubt.Sight is not Sight.SameVersion);
            Overwritten(intent, traces);
            builder.ForgottenPairs.AddRange(doubt.IsReserved ? [intent.Key] : []);
        }

        builder.ClosedIntents.Add(intent.Id);
        builder.Dirty.Add(new DirtyMark(intent.Key, intent.CrmId, "outcome of a write was unknown"));
    }

    // A row that shows what was to be written corresponds to what the CRM held then. Left to be planned again, our own value would pass for an
    // edit of the warehouse as soon as the CRM moves on.
    private void Written(Doubt doubt)
    {
        var intent = doubt.Intent;
        if (doubt is not { Pair: not null, Row: { } row } || intent.Action is not RecordAction.Update)
        {
            return;
        }

        var pair = Latest(doubt.Pair);
        var bases = (FieldBase?[])pair.Bases.Clone();
        foreach (var (i, rule) in context.Runtime.Rules.Index().Where(r => !r.Item.Lands))
        {
            // A value joined from both sides corresponds to what neither of them held.
            if (intent.Fields.FirstOrDefault(f => f.Field == rule.Mapping.Warehouse) is { } field && Shows(row, field.Field, field.Sent)
                && (rule.Mapping.References is not null || rule.CrmType.Same(field.Source, field.Sent)))
            {
                bases[i] = new FieldBase(rule.WarehouseHalf(context.Runtime.Value(row, i)), rule.CrmHalf(field.Source), BaseOrigin.Receipt)
                {
                    Turns = pair.Bases[i]?.Turns,
                };
            }
        }

        if (!bases.SequenceEqual(pair.Bases))
        {
            Keep(pair with { Bases = bases, WarehousePrint = Fingerprint.None, CrmPrint = Fingerprint.None });
        }
    }

    // Links do not move the record's version, and some of them may have come about. Both sides are looked at again, knowing which may be ours.
    private void Linked(Doubt doubt)
    {
        var pair = Latest(doubt.Pair!);
        var bases = (FieldBase?[])pair.Bases.Clone();
        foreach (var field in doubt.Intent.Fields)
        {
            var i = LinkOf(field)!.Value;
            bases[i] = OwnLinks.Attempted(bases[i], field.Sent);
        }

        Keep(pair with { Bases = bases, WarehousePrint = Fingerprint.None, CrmPrint = Fingerprint.None });
    }

    private int? LinkOf(IntentField field)
    {
        for (var i = 0; i < context.Runtime.Rules.Count; i++)
        {
            if (context.Runtime.Rules[i] is { IsLink: true } rule && rule.Mapping.Crm == field.Field)
            {
                return i;
            }
        }

        return null;
    }

    private void Found(Doubt doubt, Pair pair, IReadOnlyDictionary<string, WriteTrace> traces)
    {
        var (intent, record) = (doubt.Intent, doubt.Record!);
        var isCreate = intent.Action is RecordAction.Create;
        var bases = isCreate ? new FieldBase?[pair.Bases.Length] : (FieldBase?[])pair.Bases.Clone();
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, rule) in context.Runtime.Rules.Index())
        {
            if (intent.Fields.FirstOrDefault(f => f.Field == rule.Mapping.Crm) is { } field && Stored(record, i, field, traces, isCreate) is { } stored)
            {
                bases[i] = Agreed(rule, field, stored) with { Turns = pair.Bases[i]?.Turns };
                written.Add(field.Field);
            }
            else if (bases[i] is { Origin: BaseOrigin.Sent } sent)
            {
                // This write made us the last author; of how the CRM spells what another one sent that proves nothing any more.
                bases[i] = sent with { Origin = BaseOrigin.Receipt };
            }
        }

        // A record is written as a whole or not at all.
        var landed = written.Count > 0 || (intent.Action is RecordAction.Link && context.Runtime.Carries(record, RecordKey.Display(intent.Key)));
        Losses(intent, field => traces.ContainsKey(field.Field) ? written.Contains(field.Field) : landed || !Shows(record, field.Field, field.Loses));
        if (!landed && !isCreate)
        {
            Overwritten(intent, traces);
            return;
        }

        var found = pair with
        {
            CrmId = record.Id,
            State = isCreate ? PairState.Linked : pair.State,
            Epoch = isCreate ? pair.Epoch + 1 : pair.Epoch,
            Bases = bases,
            CrmVersion = record.Version,
            CrmPrint = Fingerprint.None,
            WarehousePrint = Fingerprint.None,
        };
        Keep(found);
        context.Books.Created += isCreate ? 1 : 0;
        context.Books.Updated += isCreate ? 0 : 1;
        context.Books.Touch(intent.Key);
        builder.ForgottenUnlinked.Add(record.Id);
        builder.Changes.Add(new Change(
            intent.Key, record.Id, Side.Crm, "recover", [.. intent.Fields.Select(f => f.Field)], [.. intent.Fields.Select(f => f.Rule)]));
        foreach (var field in intent.Fields.Where(f => traces.ContainsKey(f.Field)))
        {
            Overwrites.Record(context, builder, found, field, traces[field.Field]);
        }
    }

    private void Overwritten(Intent intent, IReadOnlyDictionary<string, WriteTrace> traces)
    {
        foreach (var field in intent.Fields.Where(f => traces.ContainsKey(f.Field)))
        {
            Overwrites.RecordLosses(context, builder, intent.Key, intent.CrmId, field, traces[field.Field]);
        }
    }

    // What the write stored in a field; null when nothing proves that it did. A create may have met an older record, with an older history.
    private FieldValue? Stored(CrmRecord record, int field, IntentField write, IReadOnlyDictionary<string, WriteTrace> traces, bool isCreate) =>
        traces.GetValueOrDefault(write.Field)?.Own is { } own && (!isCreate || context.Runtime.Rules[field].CrmType.Same(own.Value, write.Sent)) ? own.Value
        : Shows(record, write.Field, write.Sent) ? context.Runtime.Value(record, field)
        : null;

    private bool Shows(CrmRecord record, string field, FieldValue value) =>
        context.Runtime.Rules.FirstOrDefault(r => r.Mapping.Crm == field) is { } rule
        && context.Runtime.Value(record, field) is { IsSeen: true } shown && rule.CrmType.Same(shown, value);

    private bool Shows(WarehouseRow row, string column, FieldValue value)
    {
        var field = context.Runtime.Rules.Index().FirstOrDefault(r => r.Item.Mapping.Warehouse == column);
        return field.Item is { } rule && rule.WarehouseType.Same(context.Runtime.Value(row, field.Index), value);
    }

    // A value joined from both sides was meant for both. What the warehouse held is then the base, and of the CRM nothing: so the joint value
    // travels on as the change of the side that has it, and is agreed where both have it.
    private static FieldBase Agreed(FieldRule rule, IntentField write, FieldValue stored) =>
        rule.Mapping.References is null && !rule.WarehouseType.Same(write.Source, write.Sent)
            ? new FieldBase(rule.WarehouseHalf(write.Source), Half.Keep(FieldValue.NotObserved), BaseOrigin.Adopted)
            : new FieldBase(rule.WarehouseHalf(write.Source), rule.CrmHalf(stored), BaseOrigin.Receipt);

    // Both sides of one pair may be in doubt at once: the second judgement goes on from the first.
    private Pair Latest(Pair pair) => builder.Pairs.Find(p => p.Key == pair.Key) ?? pair;

    private void Keep(Pair pair)
    {
        builder.Pairs.RemoveAll(p => p.Key == pair.Key);
        builder.Pairs.Add(pair);
    }

    // Journalled before the write, so that no crash can lose them. Where nothing tells whether the write replaced the value, it is recorded:
    // it is not there any more.
    private void Losses(Intent intent, Func<IntentField, bool> mayBeReplaced)
    {
        foreach (var field in intent.Fields.Where(f => f.Loses.State is ValueState.Value && mayBeReplaced(f)))
        {
            context.Books.Losses++;
            builder.Losses.Add(new Loss(intent.Key, intent.CrmId, intent.Side, field.Field, field.Loses, null, null, field.Rule));
        }
    }
}
