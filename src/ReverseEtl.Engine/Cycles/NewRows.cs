using ReverseEtl.Core.Identity;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Takes care of rows that no pair knows: links them, creates them in the CRM, asks, or leaves them alone.</summary>
/// <remarks>
/// A row that was asked about is matched again each time, because what made it ambiguous may be gone. Answers: <c>value</c> links the record
/// named, <c>warehouse</c> makes one, <c>crm</c> and <c>ignore</c> leave the row alone for good. Creates are on their way while the next batch
/// is looked at: that one has other rows, and whatever could be about the same records waits until they are settled.
/// </remarks>
internal sealed class NewRows(CycleContext context, BatchPlanner planner, BatchExecutor executor, Linker linker) : IAsyncDisposable
{
    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private readonly FieldBase?[] _nothing = new FieldBase?[context.Runtime.Rules.Count];
    private readonly KeyTwins _twins = new();
    private List<string> _waiting = [];

    /// <summary>Works off one batch.</summary>
    public async Task WorkAsync(IReadOnlyList<WarehouseRow> rows, CancellationToken cancellationToken)
    {
        var keys = rows.Select(r => r.Key!).ToList();
        var conflicts = await context.State.OpenConflictsAsync(keys, cancellationToken);
        var rejects = await context.State.RejectsAsync(keys, cancellationToken);
        if (conflicts.Count > 0)
        {
            await executor.LandAllAsync();
        }

        var free = rows.Where(r => !IsInDoubt(r) && !IsTwin(r) && (!Stands(r, rejects[r.Key!]) || IsAnswered(conflicts[r.Key!]))).ToList();
        var (matches, records) = await MatchAsync(free, cancellationToken);
        var batch = new NewRowBatch(conflicts, rejects, records);
        for (var i = 0; i < free.Count; i++)
        {
            var question = conflicts[free[i].Key!].FirstOrDefault(c => c.Field is null);
            if (question?.Resolution is { } answer)
            {
                await AnsweredAsync(batch, free[i], question, answer, cancellationToken);
            }
            else
            {
                Decide(batch, free[i], matches[i], question);
            }
        }

        await context.State.SettleAsync(batch.Learnt.Build(context), cancellationToken);
        await LinkAsync(batch.Links, cancellationToken);
        await CreateAsync(batch.Creates, cancellationToken);
    }

    /// <summary>
    /// Tries the rows again that waited for a record of this or another mapping, as long as that makes progress; so parents are there before
    /// their children whatever the order of the rows. What still waits is marked, because the row itself may never change again.
    /// </summary>
    public async Task WorkWaitingAsync(CancellationToken cancellationToken)
    {
        await executor.LandAllAsync();
        while (_waiting.Count > 0)
        {
            var before = _waiting;
            _waiting = [];
            foreach (var keys in before.Chunk(context.Options.BatchSize))
            {
                await WorkAsync(await context.Warehouse.FindAsync(context.Runtime.WarehouseRead, keys, cancellationToken), cancellationToken);
            }

            await executor.LandAllAsync();
            if (_waiting.Count >= before.Count)
            {
                break;
            }
        }

        await MeetOccupiedAsync(cancellationToken);
        _waiting.ForEach(key => context.Books.Hold(RecordKey.Display(key), "waiting_for_reference"));
        await context.State.SettleAsync(
            context.Settlement() with { Dirty = [.. _waiting.Select(k => new DirtyMark(k, null, "waiting for a referenced record"))] }, cancellationToken);
        _waiting = [];
    }

    // A record that shares a value with the row that only one may have is the row's, when nobody else's: a contact that goes by this address too,
    // for example. What is only alike, or carries another row's key, is for a person.
    private async Task MeetOccupiedAsync(CancellationToken cancellationToken)
    {
        foreach (var occupied in executor.TakeOccupied().Chunk(context.Options.BatchSize))
        {
            var rows = (await context.Warehouse.FindAsync(context.Runtime.WarehouseRead, [.. occupied.Select(o => o.Key)], cancellationToken))
                .ToLookup(r => r.Key!, StringComparer.Ordinal);
            var records = await context.Crm.ReadAsync(context.Runtime.CrmRead, [.. occupied.Select(o => o.CrmId).Distinct(StringComparer.Ordinal)], cancellationToken);
            var holders = await context.State.PairsByCrmIdAsync([.. records.Values.Select(r => r.Id).Distinct(StringComparer.Ordinal)], cancellationToken);
            var (links, learnt) = (new List<Work>(), new SettlementBuilder());
            foreach (var (key, id, isSame) in occupied)
            {
                if (rows[key].ToList() is not [var row] || records.GetValueOrDefault(id) is not { Presence: CrmPresence.Live } record || holders.Contains(record.Id))
                {
                    continue;
                }

                if (isSame && record.Key is null && _chosen.Add(record.Id))
                {
                    links.Add(Link(row, record));
                }
                else if (context.Mapping.Records.AmbiguousMatch is AmbiguousMatch.Review)
                {
                    Ask(learnt, ConflictKind.Match, key, new Match(null, [record.Id], Linker.KeyRule));
                }
            }

            await context.State.SettleAsync(learnt.Build(context), cancellationToken);
            await LinkAsync(links, cancellationToken);
        }
    }

    /// <summary>Settles what is under way, also when the work broke off.</summary>
    public async ValueTask DisposeAsync() => await executor.LandAllAsync();

    // A create under way may meet a record by its key that looks free as long as that is not settled.
    private async Task<(IReadOnlyList<Match> Matches, IReadOnlyDictionary<string, CrmRecord> Records)> MatchAsync(
        List<WarehouseRow> rows, CancellationToken cancellationToken)
    {
        var found = await linker.MatchAsync(rows, cancellationToken);
        if (!executor.IsUnderWay || found.Matches.All(m => m is { CrmId: null, IsAmbiguous: false }))
        {
            return found;
        }

        await executor.LandAllAsync();
        return await linker.MatchAsync(rows, cancellationToken);
    }

    private async Task AnsweredAsync(
        NewRowBatch batch, WarehouseRow row, Conflict question, Resolution answer, CancellationToken cancellationToken)
    {
        switch (answer)
        {
            case { Choice: ResolutionChoice.Value, Value: { } id }:
                if (await FindFreeAsync(context.Crm.IdOf(id), cancellationToken) is { } record)
                {
                    batch.Links.Add(Link(row, record));
                }
                else
                {
                    context.Books.Hold(RecordKey.Display(row.Key!), $"record {id} is not there or has a row already");
                }

                break;
            case { Choice: ResolutionChoice.Warehouse } when !context.Mapping.Records.Creates:
                context.Books.Hold(RecordKey.Display(row.Key!), "mode: update_only");
                break;
            case { Choice: ResolutionChoice.Warehouse }:
                batch.Creates.Add(Create(row, batch));
                break;
            default:
                batch.Learnt.Pairs.Add(NewPair(row.Key!, null, PairState.GoneFromCrm));
                batch.Learnt.Changes.Add(new Change(row.Key!, null, Side.Crm, "detach", [], [$"resolved by {answer.By}"]));
                batch.Learnt.ClosedConflicts.Add(new ConflictClosing(question.Id, "resolved: left alone"));
                break;
        }
    }

    private bool MayCreate => context.Mapping.Records is { NewInWarehouse: NewRecord.Create, Creates: true };

    private void Decide(NewRowBatch batch, WarehouseRow row, Match match, Conflict? question)
    {
        var asks = (match, context.Mapping.Records) switch
        {
            ({ IsAmbiguous: true }, { AmbiguousMatch: AmbiguousMatch.Review }) => ConflictKind.Match,
            ({ IsAmbiguous: false, CrmId: null }, { NewInWarehouse: NewRecord.Review }) => ConflictKind.NewInWarehouse,
            _ => (ConflictKind?)null,
        };
        if (asks is { } kind)
        {
            Ask(batch.Learnt, kind, row.Key!, match);
        }
        else if (match.CrmId is { } partner)
        {
            batch.Links.Add(Link(row, batch.Records[partner]));
        }
        else if (!match.IsAmbiguous && MayCreate)
        {
            batch.Creates.Add(Create(row, batch));
        }

        // What is linked or created closes its question when that is done.
        if (question is not null && question.Kind != asks && (asks is not null || (match.CrmId is null && !MayCreate)))
        {
            batch.Learnt.ClosedConflicts.Add(new ConflictClosing(question.Id, "no longer in question"));
        }
    }

    private void Ask(SettlementBuilder learnt, ConflictKind kind, string key, Match match)
    {
        var candidates = match.IsAmbiguous ? FieldValue.Of(string.Join(FieldType.ListSeparator, match.Candidates)) : FieldValue.NotObserved;
        learnt.Conflicts.Add(new Conflict(kind, key, null, null, FieldValue.NotObserved, FieldValue.NotObserved, FieldValue.NotObserved, candidates));
        context.Books.Hold(RecordKey.Display(key), kind is ConflictKind.Match ? "ambiguous_match" : "new_in_warehouse: review");
    }

    // A record can be given to one row only, also within one batch.
    private async Task<CrmRecord?> FindFreeAsync(string id, CancellationToken cancellationToken)
    {
        var record = (await context.Crm.ReadAsync(context.Runtime.CrmRead, [id], cancellationToken)).GetValueOrDefault(id);
        return record is { Presence: CrmPresence.Live }
            && !(await context.State.PairsByCrmIdAsync([record.Id], cancellationToken)).Contains(record.Id) && _chosen.Add(record.Id)
            ? record
            : null;
    }

    private async Task CreateAsync(List<Work> creates, CancellationToken cancellationToken)
    {
        if (creates.Count == 0)
        {
            return;
        }

        // A parent may be on its way.
        if (context.Runtime.RefersToItself)
        {
            await executor.LandAllAsync();
        }

        await planner.PrepareNewAsync(creates, cancellationToken);
        var (waiting, ready) = (creates.Where(Waits).ToList(), creates.Where(w => !Waits(w)).ToList());
        _waiting.AddRange(waiting.Select(w => w.Key));
        await FindCreatedAsync(ready, cancellationToken);
        if (ready.Count > 0)
        {
            await executor.LaunchAsync(ready, cancellationToken);
        }
    }

    private async Task LinkAsync(List<Work> links, CancellationToken cancellationToken)
    {
        if (links.Count > 0)
        {
            await planner.PlanAsync(links, cancellationToken);
            await executor.ExecuteAsync(links, cancellationToken);
        }
    }

    // Somebody may have made a record with the key since the CRM was last read: an upsert would write over what they typed. A first load has
    // just read them all; but one that was begun before may have linked a record whose key is this one to the CRM. What is found is taken out
    // of the creates.
    private async Task FindCreatedAsync(List<Work> creates, CancellationToken cancellationToken)
    {
        if (creates.Count == 0 || (context.FirstLoad && !(context.Runtime.KeyIgnoresCase && context.LinkedBefore > 0)))
        {
            return;
        }

        var found = await context.Crm.FindByKeyAsync(context.Runtime.CrmRead, [.. creates.Select(w => RecordKey.Display(w.Key))], cancellationToken);
        if (found.Count == 0)
        {
            return;
        }

        await executor.LandAllAsync();
        var holders = await context.State.PairsByCrmIdAsync([.. found.SelectMany(r => r).Select(r => r.Id).Distinct(StringComparer.Ordinal)], cancellationToken);
        var links = new List<Work>();
        var learnt = new SettlementBuilder();
        foreach (var work in creates.Where(w => found.Contains(RecordKey.Display(w.Key))).ToList())
        {
            creates.Remove(work);
            var records = found[RecordKey.Display(work.Key)].ToList();
            if (records is [var only] && !holders.Contains(only.Id) && _chosen.Add(only.Id))
            {
                links.Add(Link(work.Row!, only));
            }
            else if (context.Mapping.Records.AmbiguousMatch is AmbiguousMatch.Review)
            {
                Ask(learnt, ConflictKind.Match, work.Key, new Match(null, [.. records.Select(r => r.Id)], Linker.KeyRule));
            }
        }

        await context.State.SettleAsync(learnt.Build(context), cancellationToken);
        await LinkAsync(links, cancellationToken);
    }

    private bool Waits(Work work)
    {
        for (var i = 0; i < work.Views.Count; i++)
        {
            if (context.Runtime.Rules[i] is { MayPush: true, IsLink: false } && work.Views[i].Warehouse.State is ValueState.Value && !work.Views[i].WarehouseAsCrm.IsSeen)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInDoubt(WarehouseRow row)
    {
        var doubt = context.InDoubt.Contains(row.Key!);
        if (doubt)
        {
            context.Books.Hold(RecordKey.Display(row.Key!), "in_flight");
        }

        return doubt;
    }

    private bool IsTwin(WarehouseRow row)
    {
        var isTwin = context.Runtime.KeyIgnoresCase && !_twins.IsFirst(row.Key!);
        if (isTwin)
        {
            context.Books.Hold(RecordKey.Display(row.Key!), $"another row's key differs by case only, and {context.Mapping.Crm.Object} takes the two for one");
        }

        return isTwin;
    }

    // What a person decided is carried out although nothing else has changed.
    private static bool IsAnswered(IEnumerable<Conflict> conflicts) => conflicts.Any(c => c is { Field: null, Resolution: not null });

    private bool Stands(WarehouseRow row, IEnumerable<Reject> rejects) =>
        rejects.Any(r => r.Side is Side.Crm && r.Print == context.Runtime.Print(row) && !(r.NextAttemptAt <= context.Now));

    private Work Link(WarehouseRow row, CrmRecord record) =>
        new Work(NewPair(row.Key!, record.Id, PairState.Linked)) { IsNewLink = true }.With(row).With(record);

    private Work Create(WarehouseRow row, NewRowBatch batch) => new Work(NewPair(row.Key!, null, PairState.CreatingCrm))
    {
        IsNew = true,
        Conflicts = [.. batch.Conflicts[row.Key!]],
        Rejects = [.. batch.Rejects[row.Key!]],
    }.With(row);

    private Pair NewPair(string key, string? crmId, PairState state) => new(
        key, crmId, state, 0, Fingerprint.None, Fingerprint.None, DateTimeOffset.MinValue, _nothing);

    /// <summary>What one batch comes to.</summary>
    private sealed record NewRowBatch(
        ILookup<string, Conflict> Conflicts, ILookup<string, Reject> Rejects, IReadOnlyDictionary<string, CrmRecord> Records)
    {
        public List<Work> Links { get; } = [];

        public List<Work> Creates { get; } = [];

        public SettlementBuilder Learnt { get; } = new();
    }
}
