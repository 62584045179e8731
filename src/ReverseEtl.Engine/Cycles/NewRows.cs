using ReverseEtl.Core.Identity;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Takes care of rows that no pair knows: links them, creates them in the CRM, asks, or leaves them alone.</summary>
internal sealed class NewRows(CycleContext context, BatchPlanner planner, BatchExecutor executor, Linker linker)
{
    private List<string> _waiting = [];

    /// <summary>Works off one batch.</summary>
    public async Task WorkAsync(IReadOnlyList<WarehouseRow> rows, CancellationToken cancellationToken)
    {
        var keys = rows.Select(r => r.Key!).ToList();
        var conflicts = await context.State.OpenConflictsAsync(keys, cancellationToken);
        var rejects = await context.State.RejectsAsync(keys, cancellationToken);
        var free = rows.Where(r => !Stands(r, rejects[r.Key!]) && !IsAsked(r, conflicts[r.Key!])).ToList();
        var (matches, records) = await linker.MatchAsync(free, cancellationToken);
        var builder = new SettlementBuilder();
        List<Work> links = [], creates = [];
        for (var i = 0; i < free.Count; i++)
        {
            var row = free[i];
            var answered = conflicts[row.Key!].FirstOrDefault(c => c.Field is null && c.Resolution is not null);
            if (answered is not null)
            {
                builder.ClosedConflicts.Add(new ConflictClosing(answered.Id, $"resolved: {answered.Resolution!.Choice.ToString().ToLowerInvariant()}"));
            }

            await DecideAsync(row, matches[i], answered, records, links, creates, builder, cancellationToken);
        }

        await context.State.SettleAsync(builder.Build(context), cancellationToken);
        if (links.Count > 0)
        {
            await planner.PlanAsync(links, cancellationToken);
            await executor.ExecuteAsync(links, cancellationToken);
        }

        await CreateAsync(creates, cancellationToken);
    }

    /// <summary>
    /// Tries the rows again that waited for a record of this or another mapping, as long as that makes progress; so parents are there before
    /// their children whatever the order of the rows.
    /// </summary>
    public async Task WorkWaitingAsync(CancellationToken cancellationToken)
    {
        while (_waiting.Count > 0)
        {
            var before = _waiting;
            _waiting = [];
            foreach (var keys in before.Chunk(context.Options.BatchSize))
            {
                await WorkAsync(await context.Warehouse.FindAsync(context.Runtime.WarehouseRead, keys, cancellationToken), cancellationToken);
            }

            if (_waiting.Count >= before.Count)
            {
                break;
            }
        }

        _waiting.ForEach(key => context.Books.Hold(RecordKey.Display(key), "waiting_for_reference"));
        _waiting = [];
    }

    private async Task DecideAsync(
        WarehouseRow row, Match match, Conflict? answered, IReadOnlyDictionary<string, CrmRecord> records,
        List<Work> links, List<Work> creates, SettlementBuilder builder, CancellationToken cancellationToken)
    {
        var chosen = answered?.Resolution is { Choice: ResolutionChoice.Value, Value: { } id } ? id : null;
        if (chosen is not null)
        {
            var record = (await context.Crm.ReadAsync(context.Runtime.CrmRead, [chosen], cancellationToken)).GetValueOrDefault(chosen);
            if (record is { Presence: CrmPresence.Live })
            {
                links.Add(Link(row, record));
                return;
            }
        }

        if (match.CrmId is { } partner && answered is null)
        {
            links.Add(Link(row, records[partner]));
        }
        else if (match.IsAmbiguous && answered is null)
        {
            Ambiguous(row, match, builder);
        }
        else if (answered is not null || context.Mapping.Records.NewInWarehouse is NewRecord.Create)
        {
            creates.Add(new Work(NewPair(row.Key!, null, PairState.CreatingCrm)) { IsNew = true }.With(row));
        }
        else if (context.Mapping.Records.NewInWarehouse is NewRecord.Review)
        {
            Ask(builder, ConflictKind.NewInWarehouse, row.Key!, FieldValue.NotObserved, "new_in_warehouse: review");
        }
    }

    private async Task CreateAsync(List<Work> creates, CancellationToken cancellationToken)
    {
        if (creates.Count == 0)
        {
            return;
        }

        await planner.PrepareNewAsync(creates, cancellationToken);
        var (waiting, ready) = (creates.Where(Waits).ToList(), creates.Where(w => !Waits(w)).ToList());
        _waiting.AddRange(waiting.Select(w => w.Key));
        if (ready.Count > 0)
        {
            await executor.ExecuteAsync(ready, cancellationToken);
        }
    }

    private bool Waits(Work work)
    {
        for (var i = 0; i < work.Views.Count; i++)
        {
            if (context.Runtime.Rules[i].MayPush && work.Views[i].Warehouse.State is ValueState.Value && !work.Views[i].WarehouseAsCrm.IsSeen)
            {
                return true;
            }
        }

        return false;
    }

    private void Ambiguous(WarehouseRow row, Match match, SettlementBuilder builder)
    {
        if (context.Mapping.Records.AmbiguousMatch is AmbiguousMatch.Review)
        {
            Ask(builder, ConflictKind.Match, row.Key!, FieldValue.Of(string.Join(FieldType.ListSeparator, match.Candidates)), "ambiguous_match");
        }
    }

    private void Ask(SettlementBuilder builder, ConflictKind kind, string key, FieldValue candidates, string reason)
    {
        builder.Conflicts.Add(new Conflict(kind, key, null, null, FieldValue.NotObserved, FieldValue.NotObserved, FieldValue.NotObserved, candidates));
        context.Books.Hold(RecordKey.Display(key), reason);
    }

    private bool IsAsked(WarehouseRow row, IEnumerable<Conflict> conflicts)
    {
        var asked = conflicts.FirstOrDefault(c => c.Field is null && c.Resolution is null);
        if (asked is not null)
        {
            context.Books.Hold(RecordKey.Display(row.Key!), asked.Kind is ConflictKind.Match ? "ambiguous_match" : $"review: {asked.Kind}");
        }

        return asked is not null;
    }

    private bool Stands(WarehouseRow row, IEnumerable<Reject> rejects) =>
        rejects.Any(r => r.Side is Side.Crm && r.Print == context.Runtime.Print(row) && !(r.NextAttemptAt <= context.Now));

    private Work Link(WarehouseRow row, CrmRecord record) =>
        new Work(NewPair(row.Key!, record.Id, PairState.Linked)) { IsNewLink = true }.With(row).With(record);

    private Pair NewPair(string key, string? crmId, PairState state) => new(
        key, crmId, state, 0, Fingerprint.None, Fingerprint.None, DateTimeOffset.MinValue, new FieldBase?[context.Runtime.Rules.Count]);
}
