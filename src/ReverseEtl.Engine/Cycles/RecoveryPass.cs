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
    private static readonly IReadOnlyDictionary<string, WriteTrace> NoTraces = new Dictionary<string, WriteTrace>();

    private readonly WriteHistory _history = new(context);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var open = await context.State.OpenIntentsAsync(cancellationToken);
        foreach (var intents in open.Chunk(context.Options.BatchSize))
        {
            var pairs = await context.State.PairsByKeyAsync([.. intents.Select(i => i.Key)], cancellationToken);
            var records = await RecordsAsync(intents, cancellationToken);
            var holders = await context.State.PairsByCrmIdAsync([.. records.Values.Select(r => r.Id)], cancellationToken);
            var rows = await RowsAsync(intents, cancellationToken);
            var doubts = intents.Select(i => new Doubt(i, PairOf(i, pairs, records, holders), records.GetValueOrDefault(i.Id), Step(i, records))
            {
                Row = i.Side is Side.Warehouse ? rows.GetValueOrDefault(i.Key) : null,
                IsReserved = i.Side is Side.Crm && pairs.GetValueOrDefault(i.Key)?.State is PairState.CreatingCrm,
            }).ToList();
            var traces = await _history.ReadAsync(
                [.. doubts.Where(d => d is { Intent.Side: Side.Crm, Step: not RecoveryStep.Wait } && (d.HasMoved || d.IsInBin)).Select(d => (d.Record!.Id, d.Intent))],
                cancellationToken);
            var builder = new SettlementBuilder();
            var settler = new DoubtSettler(context, builder);
            doubts.ForEach(d => settler.Settle(d, traces.GetValueOrDefault(d.Intent.Id) ?? NoTraces));
            await context.State.SettleAsync(builder.Build(context), cancellationToken);
        }
    }

    // A row is written under a condition on what it held, so planning again is safe whether or not the write took place.
    private RecoveryStep Step(Intent intent, Dictionary<long, CrmRecord> records) => intent.Side is Side.Warehouse
        ? RecoveryStep.Replan
        : Recover.Judge(context.Now, intent.SendDeadline, Fence(intent), Doubt.Look(intent, records.GetValueOrDefault(intent.Id)));

    // A value that only the warehouse may set, and sets back, can be written twice without harm: whatever lands late is drift and is
    // reverted. Everything else has to wait: a late landing would look like a person's edit, or undo what was decided since. So does every
    // write in a CRM whose answer does not tell what it stored: there the older value would pass for the spelling of the newer one.
    private TimeSpan Fence(Intent intent)
    {
        var isHarmless = intent.Action is RecordAction.Update && context.Crm.Traits.Guard is EditGuard.History
            && intent.Fields.All(f => context.Runtime.Rules.Any(
                r => r is { Owner: FieldOwner.Warehouse, Mapping.OnDrift: DriftRule.Revert } && r.Mapping.Crm == f.Field));
        var (passed, fence) = (context.Now - intent.SendDeadline, context.Options.InFlightFence);
        return isHarmless && passed < fence ? passed : fence;
    }

    // The pair that the write was decided for; null when it is another one by now, or its record somebody else's. A link stores its pair only
    // when it is done.
    private Pair? PairOf(
        Intent intent, IReadOnlyDictionary<string, Pair> pairs, Dictionary<long, CrmRecord> records, ILookup<string, Pair> holders)
    {
        // What a restored state knows to be open was settled long ago: nothing that is seen now tells of it.
        if (intent.Run <= context.State.DoubtedThrough)
        {
            return null;
        }

        if (intent.Side is Side.Warehouse)
        {
            return pairs.TryGetValue(intent.Key, out var kept) && kept.Epoch == intent.Epoch ? kept : null;
        }

        if (!records.TryGetValue(intent.Id, out var record) || holders[record.Id].Any(p => p.Key != intent.Key))
        {
            return null;
        }

        return pairs.TryGetValue(intent.Key, out var pair) ? (pair.Epoch == intent.Epoch ? pair : null)
            : intent.Action is RecordAction.Link ? new Pair(intent.Key, record.Id, PairState.Linked, intent.Epoch, Fingerprint.None, Fingerprint.None,
                DateTimeOffset.MinValue, new FieldBase?[context.Runtime.Rules.Count])
            : null;
    }

    // What the write replaced in a row, and whether it was written at all, is seen there.
    private async Task<Dictionary<string, WarehouseRow>> RowsAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        var keys = intents.Where(i => i is { Side: Side.Warehouse, Action: RecordAction.Update }).Select(i => i.Key).ToList();
        var rows = keys.Count == 0 ? [] : await context.Warehouse.FindAsync(context.Runtime.WarehouseRead, keys, cancellationToken);
        return rows.GroupBy(r => r.Key!, StringComparer.Ordinal).Where(g => g.Count() == 1).ToDictionary(g => g.Key, g => g.Single(), StringComparer.Ordinal);
    }

    private async Task<Dictionary<long, CrmRecord>> RecordsAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        var crm = intents.Where(i => i.Side is Side.Crm).ToList();
        var found = new Dictionary<long, CrmRecord>();
        var ids = crm.Where(i => i.Action is not RecordAction.Create).Select(i => i.CrmId).OfType<string>().ToList();
        if (ids.Count > 0)
        {
            var records = await context.Crm.ReadAsync(context.Runtime.CrmRead, ids, cancellationToken);
            foreach (var intent in crm.Where(i => i.Action is not RecordAction.Create && i.CrmId is not null && records.ContainsKey(i.CrmId)))
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
