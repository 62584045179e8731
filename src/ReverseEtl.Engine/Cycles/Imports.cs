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
internal sealed class Imports(CycleContext context, Linker linker)
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
            var answers = context.Mapping.Records.NewInCrm is NewRecord.Review ? await AnswersAsync(ids, cancellationToken) : [];
            var records = await UnclaimedAsync([.. ids.Where(id => !answers.TryGetValue(id, out var takesRow) || takesRow)], cancellationToken);
            if (context.Mapping.Records.NewInCrm is NewRecord.Review)
            {
                await AskAsync([.. records.Where(r => !answers.ContainsKey(r.Id))], cancellationToken);
                records.RemoveAll(r => !answers.ContainsKey(r.Id));
            }

            if (records.Count > 0)
            {
                await CreateAsync(records, cancellationToken);
            }
        }
    }

    // Whether records that people were asked about get a row; those that nobody has decided about get none, and are not read again either.
    private async Task<Dictionary<string, bool>> AnswersAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var questions = await context.State.RecordQuestionsAsync(ids, cancellationToken);
        foreach (var open in questions.Where(q => q.Resolution is null))
        {
            context.Books.Hold(open.CrmId!, "new_in_crm: review");
        }

        var leftAlone = questions.Where(q => q.Resolution is { } answer && !TakesRow(answer));
        await context.State.SettleAsync(
            context.Settlement() with { ClosedConflicts = [.. leftAlone.Select(q => new ConflictClosing(q.Id, "resolved: left alone"))] }, cancellationToken);
        return questions.ToDictionary(q => q.CrmId!, q => q.Resolution is { } answer && TakesRow(answer), StringComparer.Ordinal);
    }

    // A record that a row may mean is that row's, although a person has to say so yet; and one that carries the key of a pair is that
    // pair's, although the answer to its creation is still out. One that went into another by a merge is no record of its own any more.
    private async Task<List<CrmRecord>> UnclaimedAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = ids.Count == 0 ? new Dictionary<string, CrmRecord>() : await context.Crm.ReadAsync(context.Runtime.CrmRead, ids, cancellationToken);
        var records = found.Where(f => f.Value.Presence is CrmPresence.Live && f.Value.Id == f.Key).Select(f => f.Value).ToList();
        if (records.Count < ids.Count)
        {
            var gone = ids.Except(records.Select(r => r.Id), StringComparer.Ordinal);
            await context.State.SettleAsync(context.Settlement() with { ForgottenUnlinked = [.. gone] }, cancellationToken);
        }

        var carried = await context.State.PairsByKeyAsync([.. records.Select(CarriedKey).OfType<string>()], cancellationToken);
        return [.. records.Where(r => !linker.IsClaimed(r) && !(CarriedKey(r) is { } key && carried.ContainsKey(key)))];
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

    private static bool TakesRow(Resolution answer) => answer.Choice is ResolutionChoice.Crm or ResolutionChoice.Value;

    private async Task CreateAsync(List<CrmRecord> all, CancellationToken cancellationToken)
    {
        var translation = new Translation(context);
        await translation.LoadAsync([], all, cancellationToken);
        var standing = await context.State.RejectsAsync([.. all.Select(RejectKey)], cancellationToken);
        var records = all.Where(r => !standing[RejectKey(r)].Any(s => s.Side is Side.Warehouse && s.Print == Print(r) && !(s.NextAttemptAt <= context.Now))).ToList();
        var writes = records.Select(r => Write(r, translation)).ToList();
        for (var i = 0; i < records.Count; i++)
        {
            context.Books.Plan(RecordKey.Display(writes[i].Key ?? records[i].Id), records[i].Id, Side.Warehouse, RecordAction.Create,
                writes[i].Columns.Select(c => new PlannedField(c.Column, FieldValue.Null, c.Value, Rule)));
        }

        await context.SettleRowsAsync(async within =>
        {
            var results = await context.Warehouse.WriteAsync(context.Runtime.Target with { Columns = Columns() }, writes, within, CancellationToken.None);
            var builder = new SettlementBuilder();
            for (var i = 0; i < records.Count; i++)
            {
                Settle(builder, records[i], writes[i], results[i], standing[RejectKey(records[i])].FirstOrDefault(s => s.Side is Side.Warehouse));
            }

            return builder.Build(context);
        });
    }

    private void Settle(SettlementBuilder builder, CrmRecord record, WarehouseWrite write, WarehouseWriteResult result, Reject? standing)
    {
        if (result is not { Outcome: WriteOutcome.Confirmed, Key: { } key, Stored: { } stored })
        {
            builder.Rejects.Add(new Reject(
                RejectKey(record), record.Id, Side.Warehouse, "validation", result.Reason ?? "the row was not inserted",
                RetryRule.AfterChange, Print(record), (standing?.Attempts ?? 0) + 1, null));
            return;
        }

        context.Books.Pulled++;
        context.Books.Touch(key);
        if (standing is not null)
        {
            builder.ClearedRejects.Add((standing.Key, Side.Warehouse));
        }

        builder.Pairs.Add(Pair(record, write, key, stored));
        builder.ForgottenUnlinked.Add(record.Id);
        builder.Changes.Add(new Change(key, record.Id, Side.Warehouse, "create", [.. write.Columns.Select(c => c.Column)], [.. write.Columns.Select(_ => Rule)]));
        if (context.Mapping.Warehouse.WriteTo is not null)
        {
            // The record must carry the key of its row.
            builder.Dirty.Add(new DirtyMark(key, record.Id, "the row is new"));
        }
    }

    // What lies in a landing table is not a row of the model yet. To call it linked would make it one that has left the warehouse.
    private Pair Pair(CrmRecord record, WarehouseWrite write, string key, IReadOnlyList<FieldValue> stored)
    {
        var lands = context.Mapping.Warehouse.WriteTo is null;
        var bases = context.Runtime.Rules.Select((rule, i) =>
            !lands && write.Columns.Select((c, n) => (c.Column, n)).FirstOrDefault(c => c.Column == rule.Mapping.Warehouse) is (not null, var at)
                ? new FieldBase(rule.WarehouseHalf(stored[at]), rule.CrmHalf(context.Runtime.Value(record, i)), BaseOrigin.Receipt)
                : (FieldBase?)null).ToArray();
        return new Pair(
            key, record.Id, lands ? PairState.GoneFromWarehouse : PairState.Linked, 1, Fingerprint.None, Fingerprint.None, record.Version, bases);
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

        var key = CarriedKey(record) ?? (context.Runtime.MakesKeys ? null : record.Id);
        return new WarehouseWrite(WarehouseWriteKind.Insert, key, record.Id, [.. columns.Select(c => new ColumnWrite(c.Key, FieldValue.NotObserved, c.Value))]);
    }

    private string? CarriedKey(CrmRecord record) => record.Key is { } carried ? RecordKey.Parse(carried, context.Mapping.Warehouse.Key.Count) : null;

    private string RejectKey(CrmRecord record) => CarriedKey(record) ?? record.Id;

    private Fingerprint Print(CrmRecord record) => context.Runtime.Print(record, record.Key ?? "");

    private List<Core.Schemas.FieldSchema> Columns() =>
        [.. context.Runtime.Rules.DistinctBy(r => r.Mapping.Warehouse).Select(r => new Core.Schemas.FieldSchema(r.Mapping.Warehouse, r.WarehouseType))];
}
