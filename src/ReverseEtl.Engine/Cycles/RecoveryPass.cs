using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Judges the writes that an earlier cycle journalled and did not settle: it died, or the answer never came.</summary>
internal sealed class RecoveryPass(CycleContext context)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var open = await context.State.OpenIntentsAsync(cancellationToken);
        foreach (var intents in open.Chunk(context.Options.BatchSize))
        {
            var builder = new SettlementBuilder();
            var pairs = await context.State.PairsByKeyAsync([.. intents.Select(i => i.Key)], cancellationToken);
            var records = await RecordsAsync(intents, cancellationToken);
            foreach (var intent in intents)
            {
                Judge(intent, pairs.GetValueOrDefault(intent.Key), records.GetValueOrDefault(intent.Id), builder);
            }

            await context.State.SettleAsync(builder.Build(context), cancellationToken);
        }
    }

    private void Judge(Intent intent, Pair? pair, CrmRecord? record, SettlementBuilder builder)
    {
        if (intent.Side is Side.Warehouse)
        {
            // A row is written under a condition on what it held, so planning again is safe whether or not the write took place.
            Replan(intent, builder);
            return;
        }

        var step = Recover.Judge(context.Now, intent.SendDeadline, Fence(intent), Sight(intent, record));
        switch (step)
        {
            case RecoveryStep.Wait:
                context.InDoubt.Add(intent.Key);
                context.Books.Hold(RecordKey.Display(intent.Key), "in_flight");
                break;
            case RecoveryStep.Receipt:
                Receipt(intent, pair, record!, builder);
                break;
            default:
                if (pair is { State: PairState.CreatingCrm })
                {
                    builder.ForgottenPairs.Add(intent.Key);
                }

                Replan(intent, builder);
                break;
        }
    }

    // A value that only the warehouse may set can be written twice without harm: whatever lands late is drift and is reverted. A shared
    // value cannot, because a late landing would look like a person's edit.
    private TimeSpan Fence(Intent intent) =>
        intent.Fields.Any(f => context.Runtime.Rules.Any(r => r.Owner is FieldOwner.Shared && r.Mapping.Crm == f.Field))
            ? context.Options.InFlightFence
            : intent.SendDeadline < context.Now ? TimeSpan.Zero : context.Now - intent.SendDeadline;

    private static Sight Sight(Intent intent, CrmRecord? record) => record switch
    {
        null or { Presence: not CrmPresence.Live } => Core.Recovery.Sight.NotThere,
        _ when intent.CrmId is not null && record.Version <= intent.SeenVersion => Core.Recovery.Sight.SameVersion,
        { LastChangedByUs: true } => Core.Recovery.Sight.ChangedByUs,
        _ => Core.Recovery.Sight.ChangedByOthers,
    };

    // Only what is really there becomes the base: a field that still shows its old value was not written.
    private void Receipt(Intent intent, Pair? pair, CrmRecord record, SettlementBuilder builder)
    {
        if (pair is null)
        {
            Replan(intent, builder);
            return;
        }

        var bases = (FieldBase?[])pair.Bases.Clone();
        for (var i = 0; i < bases.Length; i++)
        {
            var rule = context.Runtime.Rules[i];
            if (intent.Fields.FirstOrDefault(f => f.Field == rule.Mapping.Crm) is { } field)
            {
                var stored = context.Runtime.Value(record, i);
                if (stored.IsSeen && (bases[i] is not { } before || !before.Crm.Is(rule.CrmType, stored) || rule.CrmType.Same(field.Sent, stored)))
                {
                    bases[i] = new FieldBase(rule.WarehouseHalf(field.Source), rule.CrmHalf(stored), BaseOrigin.Receipt);
                }
            }
        }

        builder.Pairs.Add(pair with
        {
            CrmId = record.Id,
            State = PairState.Linked,
            Epoch = pair.State is PairState.CreatingCrm ? pair.Epoch + 1 : pair.Epoch,
            Bases = bases,
            CrmVersion = record.Version,
            CrmPrint = Fingerprint.None,
            WarehousePrint = Fingerprint.None,
        });
        foreach (var field in intent.Fields.Where(f => f.Loses.State is ValueState.Value))
        {
            context.Books.Losses++;
            builder.Losses.Add(new Loss(intent.Key, record.Id, Side.Crm, field.Field, field.Loses, null, null, field.Rule));
        }

        builder.ForgottenUnlinked.Add(record.Id);
        builder.Changes.Add(new Change(intent.Key, record.Id, Side.Crm, "recover", [.. intent.Fields.Select(f => f.Field)], [.. intent.Fields.Select(f => f.Rule)]));
        Replan(intent, builder);
    }

    private static void Replan(Intent intent, SettlementBuilder builder)
    {
        builder.ClosedIntents.Add(intent.Id);
        builder.Dirty.Add(new DirtyMark(intent.Key, intent.CrmId, "outcome of a write was unknown"));
    }

    private async Task<Dictionary<long, CrmRecord>> RecordsAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        var crm = intents.Where(i => i.Side is Side.Crm).ToList();
        var found = new Dictionary<long, CrmRecord>();
        var ids = crm.Where(i => i.Action is not RecordAction.Create).Select(i => i.CrmId).OfType<string>().ToList();
        if (ids.Count > 0)
        {
            var records = await context.Crm.ReadAsync(context.Runtime.CrmRead, ids, cancellationToken);
            foreach (var intent in crm.Where(i => i.CrmId is not null && records.ContainsKey(i.CrmId)))
            {
                found[intent.Id] = records[intent.CrmId!];
            }
        }

        var creates = crm.Where(i => i.Action is RecordAction.Create).ToList();
        if (creates.Count > 0)
        {
            var records = await context.Crm.FindByKeyAsync(context.Runtime.CrmRead, [.. creates.Select(i => RecordKey.Display(i.Key))], cancellationToken);
            foreach (var intent in creates)
            {
                if (records[RecordKey.Display(intent.Key)].ToList() is [var only])
                {
                    found[intent.Id] = only;
                }
            }
        }

        return found;
    }
}
