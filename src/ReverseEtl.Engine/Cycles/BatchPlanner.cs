using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Brings a batch of pairs to decisions: loads what else is known of them, asks the planner, and reads the sides that the planner asks for.
/// </summary>
internal sealed class BatchPlanner(CycleContext context)
{
    /// <summary>
    /// A pair may need its CRM record, then its row, then a meeting as for the first time, then the winner of a merge, then the times of its
    /// fields; no more.
    /// </summary>
    private const int MaxRounds = 7;

    private readonly Translation _translation = new(context);
    private readonly Merges _merges = new(context);
    private readonly Conversions _conversions = new(context);
    private readonly FieldTimes _times = new(context);

    public Translation Translation => _translation;

    /// <summary>Decides every pair. Pairs that a merge made duplicates are settled here and come back frozen.</summary>
    public async Task PlanAsync(IReadOnlyList<Work> batch, CancellationToken cancellationToken)
    {
        await AttachAsync(batch, cancellationToken);
        IReadOnlyList<Work> open = [.. batch.Where(MayPlan)];
        for (var round = 0; open.Count > 0; round++)
        {
            if (round == MaxRounds)
            {
                throw new InvalidOperationException($"The plan for {open.Count} records does not settle; first: {open[0].Decision}.");
            }

            await _translation.LoadAsync(
                [.. open.Select(w => w.Row).OfType<WarehouseRow>()], [.. open.Select(w => w.Record).OfType<CrmRecord>()], cancellationToken);
            open = await RoundAsync(open, cancellationToken);
        }
    }

    /// <summary>Loads what a create needs besides its questions and rejects; there is nothing to decide.</summary>
    public async Task PrepareNewAsync(IReadOnlyList<Work> batch, CancellationToken cancellationToken)
    {
        await _translation.LoadAsync([.. batch.Select(w => w.Row!)], [], cancellationToken);
        foreach (var work in batch)
        {
            work.Views = Views(work);
            work.Decision = new RecordDecision(RecordStep.Fields, "new_in_warehouse: create") { Closes = Answered(work.Question(field: null)) };
        }
    }

    private static string? Answered(Conflict? question) => question switch
    {
        null => null,
        { Resolution: { } answer } => $"resolved: {answer.Choice.ToString().ToLowerInvariant()}",
        _ => "no record answers to it any more",
    };

    private bool MayPlan(Work work)
    {
        work.Held ??= context.InDoubt.Contains(work.Key) ? "in_flight" : null;
        if (work.Held is { } reason)
        {
            work.Decision = new RecordDecision(RecordStep.Frozen, reason);
        }

        return work.Held is null;
    }

    private async Task<IReadOnlyList<Work>> RoundAsync(IReadOnlyList<Work> open, CancellationToken cancellationToken)
    {
        List<Work> again = [], readCrm = [], readRows = [], readTimes = [], recreated = [];
        foreach (var work in open)
        {
            work.Views = Views(work);
            work.Decision = RecordPlanner.Plan(context.Mapping.Records, context.Runtime.Rules, RecordView(work));
            switch (work.Decision)
            {
                case { Step: RecordStep.Read, Side: Side.Crm }:
                    readCrm.Add(work);
                    break;
                case { Step: RecordStep.Read }:
                    readRows.Add(work);
                    break;
                case { Step: RecordStep.Relink }:
                    Relink(work);
                    again.Add(work);
                    break;
                case { Step: RecordStep.Recreate }:
                    recreated.Add(work);
                    break;
                default:
                    readTimes.AddRange(_times.Decide(work) ? [work] : []);
                    break;
            }
        }

        again.AddRange(await FindRecreatedAsync(recreated, cancellationToken));

        if (again.Count > 0)
        {
            // The journal takes no write of a pair that it knows under an older epoch.
            await context.State.SettleAsync(
                context.Settlement() with
                {
                    // A record that has yet to be revived is not linked before it is.
                    Pairs = [.. again.Select(w => w.Revives ? w.Pair with { State = PairState.GoneFromWarehouse } : w.Pair)],
                    ForgottenUnlinked = [.. again.Select(w => w.Pair.CrmId).OfType<string>()],
                },
                cancellationToken);
        }

        await ReadRecordsAsync(readCrm, cancellationToken);
        await ReadRowsAsync(readRows, cancellationToken);
        await _times.ReadAsync(readTimes, cancellationToken);
        return [.. again, .. readCrm, .. readRows.Where(MayPlan), .. readTimes];
    }

    // A record may carry the key again under another id: to make one more would write over what it holds. Returns those that are met anew.
    private async Task<List<Work>> FindRecreatedAsync(List<Work> recreated, CancellationToken cancellationToken)
    {
        var met = new List<Work>();
        if (recreated.Count == 0)
        {
            return met;
        }

        var found = await context.Crm.FindByKeyAsync(context.Runtime.CrmRead, [.. recreated.Select(w => RecordKey.Display(w.Key))], cancellationToken);
        var holders = await context.State.PairsByCrmIdAsync([.. found.SelectMany(r => r).Select(r => r.Id).Distinct(StringComparer.Ordinal)], cancellationToken);
        foreach (var work in recreated.Where(w => found.Contains(RecordKey.Display(w.Key))))
        {
            if (found[RecordKey.Display(work.Key)].ToList() is not [var only] || holders[only.Id].Any(p => p.Key != work.Key))
            {
                work.Decision = new RecordDecision(RecordStep.Frozen, "the key is on a record that is not this row's alone");
                continue;
            }

            Relink(work);
            work.Pair = work.Pair with { CrmId = only.Id, IsOurs = false, CrmVersion = DateTimeOffset.MinValue };
            work.With(only);
            met.Add(work);
        }

        return met;
    }

    public async Task ReadRowsAsync(IReadOnlyList<Work> works, CancellationToken cancellationToken)
    {
        if (works.Count == 0)
        {
            return;
        }

        var rows = (await context.Warehouse.FindAsync(context.Runtime.WarehouseRead, [.. works.Select(w => w.Key)], cancellationToken))
            .ToLookup(r => r.Key!, StringComparer.Ordinal);
        foreach (var work in works)
        {
            if (rows[work.Key].Skip(1).Any())
            {
                work.Held = PushPass.RepeatedKey;
                continue;
            }

            work.With(rows[work.Key].FirstOrDefault());
        }
    }

    public async Task ReadRecordsAsync(IReadOnlyList<Work> works, CancellationToken cancellationToken)
    {
        var linked = works.Where(w => w.Pair.CrmId is not null).ToList();
        if (linked.Count == 0)
        {
            return;
        }

        var records = await context.Crm.ReadAsync(context.Runtime.CrmRead, [.. linked.Select(w => w.Pair.CrmId!)], cancellationToken);
        foreach (var work in linked)
        {
            var record = records.GetValueOrDefault(work.Pair.CrmId!);

            // A read that is older than what we know was overtaken on its way; the next pull brings the news.
            if (record is { Presence: CrmPresence.Live } && record.Id == work.Pair.CrmId && record.Version < work.Pair.CrmVersion)
            {
                record = record with { Values = [.. record.Values.Select(_ => FieldValue.NotObserved)] };
            }

            work.With(record);
            await _merges.FollowAsync(work, record, linked, cancellationToken);
            await _conversions.FollowAsync(work, record, cancellationToken);
        }
    }

    private async Task AttachAsync(IReadOnlyList<Work> batch, CancellationToken cancellationToken)
    {
        var keys = batch.Select(w => w.Key).ToList();
        var conflicts = await context.State.OpenConflictsAsync(keys, cancellationToken);
        var rejects = await context.State.RejectsAsync(keys, cancellationToken);
        foreach (var work in batch)
        {
            work.Conflicts = [.. conflicts[work.Key]];
            work.Rejects = [.. rejects[work.Key]];
        }
    }

    private RecordView RecordView(Work work)
    {
        var question = work.Question(field: null);
        var missing = work.RowPresence is Presence.Missing ? Side.Warehouse : Side.Crm;
        var aged = work.IsRevisited && work.Tombstones.TryGetValue(missing, out var tombstone)
            && context.Now - tombstone.MissingSince >= context.Options.TombstoneAge;
        return new RecordView
        {
            State = work.Pair.State,
            Warehouse = work.RowPresence,
            Crm = work.RecordPresence,
            Fields = work.Views,
            IsOurs = work.Pair.IsOurs,
            IsAged = aged,
            IsDoubted = IsDoubted(work),
            Question = question is null ? null : new OpenRecordQuestion(question.Kind, question.Resolution)
            {
                HasMoved = question.ShowsSights && RecordSight.HasMoved(context.Runtime, work, question),
            },
        };
    }

    private bool IsDoubted(Work work) => context.Compares && !work.IsNewLink && !work.IsNew && !context.Compared.Contains(work.Key);

    // A last change of ours that came later than the write which this pair knows of can have been is another write's, and says nothing of
    // how the CRM spells what that one sent.
    private FieldView[] Views(Work work)
    {
        var rules = context.Runtime.Rules;
        var isDoubted = IsDoubted(work);
        var views = new FieldView[rules.Count];
        for (var i = 0; i < views.Length; i++)
        {
            var warehouse = work.RowPresence switch
            {
                Presence.Present => context.Runtime.Value(work.Row!, i),
                Presence.Missing => FieldValue.Absent,
                _ => FieldValue.Unmoved,
            };
            var crm = work.RecordPresence switch
            {
                Presence.Present => context.Runtime.Value(work.Record!, i),
                Presence.Missing or Presence.Converted => FieldValue.Absent,
                _ => FieldValue.Unmoved,
            };
            var asCrm = _translation.ToCrm(i, warehouse);
            crm = rules[i].IsLink ? OwnLinks.Of(rules[i], work.Pair.Bases[i], asCrm, crm) : crm;
            views[i] = new FieldView
            {
                Base = work.Pair.Bases[i],
                Warehouse = warehouse,
                Crm = crm,
                WarehouseAsCrm = asCrm,
                CrmAsWarehouse = _translation.ToWarehouse(i, crm),
                LastChangedByUs = work.Record is { LastChangedByUs: true } record && record.Version <= work.Pair.CrmVersion + context.Options.InFlightFence,
                WarehouseAt = work.Row?.ChangedAt,
                CrmAt = work.CrmTimes is { } times && times.TryGetValue(i, out var at) ? at : work.Record?.Version,
                IsSpent = work.Pair.Bases[i]?.Turns is { } turns
                    && turns.IsSpent(context.Options.UnstableAfter, context.Options.UnstableWithin, context.Now),
                Question = work.Question(rules[i].Mapping.Crm) is { } asked
                    ? new OpenQuestion(asked.Kind, asked.Warehouse, asked.Crm, asked.Resolution)
                    : null,
            };
            views[i] = isDoubted ? views[i].Doubted(rules[i]) : views[i];
        }

        return views;
    }

    private void Relink(Work work)
    {
        work.Revives = work.Pair.State is PairState.GoneFromWarehouse && context.Mapping.Records.Archive is not null;
        work.Events.Add(("relink", work.Decision.Rule));
        work.Pair = work.Pair with
        {
            State = PairState.Linked,
            Epoch = work.Pair.Epoch + 1,
            Bases = new FieldBase?[work.Pair.Bases.Length],
            WarehousePrint = Fingerprint.None,
            CrmPrint = Fingerprint.None,
        };
    }
}
