using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Takes care of CRM records that no row has claimed, once every row had its chance: creates rows for them or asks. A new row gets every
/// mapped value, also of fields that the warehouse owns: blank ones would otherwise be pushed over what people typed.
/// </summary>
internal sealed class Imports(CycleContext context)
{
    private const string Rule = "new_in_crm: create";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (context.Mapping.Records.NewInCrm is NewRecord.Ignore)
        {
            return;
        }

        await foreach (var ids in context.State.ReadUnlinkedAsync(cancellationToken).InBatchesAsync(context.Options.BatchSize, cancellationToken))
        {
            var records = (await context.Crm.ReadAsync(context.Runtime.CrmRead, ids, cancellationToken)).Values
                .Where(r => r.Presence is CrmPresence.Live).DistinctBy(r => r.Id).ToList();
            if (context.Mapping.Records.NewInCrm is NewRecord.Review)
            {
                await AskAsync(records, cancellationToken);
            }
            else
            {
                await CreateAsync(records, cancellationToken);
            }
        }
    }

    private async Task AskAsync(List<CrmRecord> records, CancellationToken cancellationToken)
    {
        records.ForEach(r => context.Books.Hold(r.Id, "new_in_crm: review"));
        await context.State.SettleAsync(
            context.Settlement() with
            {
                Conflicts = [.. records.Select(r => new Conflict(
                    ConflictKind.NewInCrm, null, r.Id, null, FieldValue.NotObserved, FieldValue.NotObserved, FieldValue.NotObserved, FieldValue.Of(r.Id)))],
            },
            cancellationToken);
    }

    private async Task CreateAsync(List<CrmRecord> records, CancellationToken cancellationToken)
    {
        var translation = new Translation(context);
        await translation.LoadAsync([], records, cancellationToken);
        var writes = records.Select(r => Write(r, translation)).ToList();
        for (var i = 0; i < records.Count; i++)
        {
            context.Books.Plan(RecordKey.Display(writes[i].Key ?? records[i].Id), records[i].Id, Side.Warehouse, RecordAction.Create,
                writes[i].Columns.Select(c => new PlannedField(c.Column, FieldValue.Null, c.Value, Rule)));
        }

        var results = await context.Warehouse.WriteAsync(context.Runtime.Target with { Columns = Columns() }, writes, CancellationToken.None);
        var builder = new SettlementBuilder();
        for (var i = 0; i < records.Count; i++)
        {
            Settle(builder, records[i], writes[i], results[i]);
        }

        await context.State.SettleAsync(builder.Build(context), CancellationToken.None);
    }

    private void Settle(SettlementBuilder builder, CrmRecord record, WarehouseWrite write, WarehouseWriteResult result)
    {
        if (result is not { Outcome: WriteOutcome.Confirmed, Key: { } key, Stored: { } stored })
        {
            builder.Rejects.Add(new Reject(
                write.Key ?? record.Id, record.Id, Side.Warehouse, "validation", result.Reason ?? "the row was not inserted",
                RetryRule.Later, context.Runtime.Print(record, record.Key ?? ""), 1, null));
            return;
        }

        context.Books.Pulled++;
        var bases = context.Runtime.Rules.Select((rule, i) =>
            write.Columns.Select((c, n) => (c.Column, n)).FirstOrDefault(c => c.Column == rule.Mapping.Warehouse) is (not null, var at)
                ? new FieldBase(rule.WarehouseHalf(stored[at]), rule.CrmHalf(context.Runtime.Value(record, i)), BaseOrigin.Receipt)
                : (FieldBase?)null).ToArray();
        builder.Pairs.Add(new Pair(key, record.Id, PairState.Linked, 1, Fingerprint.None, Fingerprint.None, record.Version, bases));
        builder.ForgottenUnlinked.Add(record.Id);
        builder.Changes.Add(new Change(key, record.Id, Side.Warehouse, "create", [.. write.Columns.Select(c => c.Column)], [.. write.Columns.Select(_ => Rule)]));

        // The record must carry the key of its row.
        builder.Dirty.Add(new DirtyMark(key, record.Id, "the row is new"));
    }

    private WarehouseWrite Write(CrmRecord record, Translation translation)
    {
        var columns = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        for (var i = 0; i < context.Runtime.Rules.Count; i++)
        {
            var value = translation.ToWarehouse(i, context.Runtime.Value(record, i));
            if (value.State is ValueState.Value && !context.Mapping.Warehouse.Key.Contains(context.Runtime.Rules[i].Mapping.Warehouse, StringComparer.Ordinal))
            {
                columns.TryAdd(context.Runtime.Rules[i].Mapping.Warehouse, value);
            }
        }

        var key = record.Key is { } carried ? RecordKey.Parse(carried, context.Mapping.Warehouse.Key.Count)
            : context.Runtime.MakesKeys ? null
            : record.Id;
        return new WarehouseWrite(WarehouseWriteKind.Insert, key, record.Id, [.. columns.Select(c => new ColumnWrite(c.Key, FieldValue.NotObserved, c.Value))]);
    }

    private List<Core.Schemas.FieldSchema> Columns() =>
        [.. context.Runtime.Rules.DistinctBy(r => r.Mapping.Warehouse).Select(r => new Core.Schemas.FieldSchema(r.Mapping.Warehouse, r.WarehouseType))];
}
