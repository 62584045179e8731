using System.Data.Common;
using System.Runtime.ExceptionServices;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Carries out planned batches: journal (T1), write, settle (T2). Nothing is sent that is not journalled, and nothing that the journal
/// refused; whatever is not answered stays journalled.
/// </summary>
/// <remarks>
/// While one batch is on its way to the CRM, the one before it is settled and the next one is read and planned. Only the call runs beside
/// this: one task drives the state. At most one batch is on its way and one more waits to be settled, so that calls of ours never meet in
/// the CRM, a journalled batch leaves at once, and a crash leaves no more than two open.
/// </remarks>
internal sealed class BatchExecutor(CycleContext context)
{
    private readonly Drafter _drafter = new(context);
    private readonly WriteHistory _history = new(context);
    private readonly Merges _merges = new(context);
    private readonly HashSet<string> _linkedLater = new(StringComparer.Ordinal);
    private readonly Queue<Flight> _flights = new();
    private readonly List<Occupied> _occupied = [];
    private long _changed;
    private long _deleted;

    /// <summary>Whether a batch is not settled yet.</summary>
    public bool IsUnderWay => _flights.Count > 0;

    /// <summary>Drafts, journals, sends and settles, after whatever is under way.</summary>
    public async Task ExecuteAsync(IReadOnlyList<Work> batch, CancellationToken cancellationToken)
    {
        await LandAllAsync();
        await LaunchAsync(batch, cancellationToken);
        await LandAllAsync();
    }

    /// <summary>
    /// Drafts, journals and sends, and settles the batch before. For records that nothing else in the cycle touches until
    /// <see cref="LandAllAsync"/>, which must follow whatever happens.
    /// </summary>
    public async Task LaunchAsync(IReadOnlyList<Work> batch, CancellationToken cancellationToken)
    {
        foreach (var flight in _flights)
        {
            await ArriveAsync(flight);
        }

        // Not before: what is journalled has a time to be sent by.
        var drafts = batch.Select(Drafted).ToList();
        Guard(drafts);
        AwaitVersions(drafts.Exists(d => d.DependsOnOpenVersion));
        cancellationToken.ThrowIfCancellationRequested();
        await JournalAsync(drafts, cancellationToken);

        // What was planned for a create is in the journal; large batches of them are on their way for long.
        drafts.Where(d => d.Work.IsNew).ToList().ForEach(d => d.Work.Views = []);

        // From here on the daemon may be asked to stop, but what is journalled is finished: the ports bound how long that takes.
        _flights.Enqueue(await SendAsync(drafts));
        while (_flights.Count > 1)
        {
            await LandAsync(_flights.Dequeue());
        }
    }

    /// <summary>Settles what is under way. All of it, whatever becomes of a part.</summary>
    /// <exception cref="PortException">The first trouble.</exception>
    public async Task LandAllAsync()
    {
        PortException? trouble = null;
        while (_flights.TryDequeue(out var flight))
        {
            try
            {
                await LandAsync(flight);
            }
            catch (PortException e)
            {
                trouble ??= e;
            }
        }

        if (trouble is not null)
        {
            ExceptionDispatchInfo.Throw(trouble);
        }
    }

    /// <summary>Creates that met a record in their place since this was asked last.</summary>
    public IReadOnlyList<Occupied> TakeOccupied()
    {
        IReadOnlyList<Occupied> occupied = [.. _occupied];
        _occupied.Clear();
        return occupied;
    }

    private Draft Drafted(Work work)
    {
        if (!work.IsNew)
        {
            return _drafter.Draft(work);
        }

        var draft = new Draft(work);
        _drafter.Create(draft);
        return draft;
    }

    private async Task LandAsync(Flight flight)
    {
        try
        {
            await ArriveAsync(flight);
        }
        catch (PortException) when (flight.Writing is { IsCompletedSuccessfully: false })
        {
            // The port throws only when nothing was sent, so the whole batch can be planned again.
            await TakeBackAsync(flight.Drafts.SelectMany(d => d.Writes).Where(w => w.MaySend));
            throw;
        }

        AwaitVersions(flight.Sent.Any(d => d.CrmResult is { Outcome: WriteOutcome.Moved }));
        var lost = await TraceAsync(flight.Drafts);
        await MeetAsync(flight.Drafts);
        AwaitVersions(flight.Drafts.Exists(d => d.CrmResult is { Created: true }));
        _occupied.AddRange(flight.Drafts.Where(d => d.Work.IsNew && d.CrmResult is { Outcome: WriteOutcome.Rejected, Error.ExistingId: not null })
            .Select(d => new Occupied(d.Work.Key, d.CrmResult!.Error!.ExistingId!, d.CrmResult.Error.IsSameRecord)));
        var trouble = await SettleAsync(flight.Drafts) ?? lost;
        if (trouble is not null)
        {
            throw trouble;
        }
    }

    private async Task<PortException?> SettleAsync(List<Draft> drafts)
    {
        PortException? trouble = null;
        var builder = new SettlementBuilder();
        async Task<Settlement> SettledAsync(DbTransaction? within)
        {
            trouble = await WriteRowsAsync(drafts, builder, within);
            var settler = new Settler(context, builder);
            drafts.ForEach(settler.Settle);
            return builder.Build(context);
        }

        await context.SettleRowsAsync(SettledAsync);
        return trouble;
    }

    // The whole plan was counted before the first write where that is possible; this is the backstop that holds for every source of work.
    private void Guard(List<Draft> drafts)
    {
        // A record whose links follow it in the same cycle is one record that changes.
        _changed += drafts.Count(d => d.Writes.Any() && !_linkedLater.Remove(d.Work.Key));
        _linkedLater.UnionWith(drafts.Where(d => d.LinksLater && d.Writes.Any()).Select(d => d.Work.Key));
        _deleted += drafts.Count(d => d.Work.Decision.Step is RecordStep.ArchiveCrm or RecordStep.DeleteCrm or RecordStep.PurgeCrm or RecordStep.DeleteWarehouse);
        if (!context.IsGuarded)
        {
            return;
        }

        var guard = context.Mapping.Guard;
        if (guard.MaxChanges is { } changes && _changed > changes.Allows(context.LinkedBefore))
        {
            throw new GuardHalt($"max_changes: more than {changes.Allows(context.LinkedBefore)} records would change ({changes} of {context.LinkedBefore})");
        }

        if (_deleted > guard.MaxDeletes.Allows(context.LinkedBefore))
        {
            throw new GuardHalt($"max_deletes: more than {guard.MaxDeletes.Allows(context.LinkedBefore)} records would be deleted ({guard.MaxDeletes} of {context.LinkedBefore})");
        }
    }

    // What was decided on a version that is still open is left out, both sides of it: the record is looked at again in the same cycle.
    // Likewise what moved while it was written: its new version is open for a moment. And a record that was just made may not show in every
    // read yet: looked at too soon, it would seem to be gone.
    private void AwaitVersions(bool areOpen)
    {
        if (areOpen)
        {
            context.OpenUntil = context.Now + context.Crm.Traits.VersionSettles;
        }
    }

    private async Task JournalAsync(List<Draft> drafts, CancellationToken cancellationToken)
    {
        var writes = drafts.Where(d => !d.DependsOnOpenVersion).SelectMany(d => d.Writes).ToList();
        if (writes.Count == 0)
        {
            return;
        }

        var ids = await context.State.PrepareAsync([.. writes.Select(w => w.Intent)], cancellationToken);
        for (var i = 0; i < writes.Count; i++)
        {
            writes[i].Id = ids[i];
        }

        // What the journal did not take comes again with its next look.
        foreach (var (draft, write) in drafts.SelectMany(d => d.Writes.Where(w => w.MaySend).Select(w => (d, w))))
        {
            var (work, intent) = (draft.Work, write.Intent);
            context.Books.Plan(RecordKey.Display(work.Key), work.Pair.CrmId, intent.Side, intent.Action, draft.Planned(write, intent.Side));
        }
    }

    private async Task<Flight> SendAsync(List<Draft> drafts)
    {
        var sending = drafts.Where(d => d.CrmWrite is not null && d.Crm!.MaySend).ToList();
        if (sending.Count == 0)
        {
            return new Flight(drafts, [], null);
        }

        var sendBy = sending.Min(d => d.Crm!.Intent.SendDeadline);
        if (context.Now >= sendBy)
        {
            await TakeBackAsync(sending.Select(d => d.Crm!));
            return new Flight(drafts, [], null);
        }

        var batch = new CrmWriteBatch(
            context.Mapping.Crm.Object, context.Mapping.Crm.Key, context.Runtime.CrmSchema, [.. sending.Select(d => d.CrmWrite!)], sendBy);
        return new Flight(drafts, sending, WriteAsync(batch));
    }

    // Whatever it throws is met where the flight lands.
    private async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch) => await context.Crm.WriteAsync(batch, CancellationToken.None);

    private async Task ArriveAsync(Flight flight)
    {
        if (flight.Writing is null)
        {
            return;
        }

        var least = context.Crm.Traits.Lanes.Where(l => l.Least > 1).Select(l => l.Least).DefaultIfEmpty(int.MaxValue).Min();
        var results = await context.KeepingLeaseAsync(flight.Writing, isLong: flight.Sent.Count >= least);
        for (var i = 0; i < results.Count; i++)
        {
            flight.Sent[i].CrmResult = results[i];
        }
    }

    // A write whose history could not be read stays in the journal as if its answer had been lost: recovery looks again. Else what it
    // replaced would never be known.
    private async Task<PortException?> TraceAsync(List<Draft> drafts)
    {
        var written = drafts.Where(d => d.CrmResult is { Outcome: WriteOutcome.Confirmed, Id: not null } result
            && !(d.Crm!.Intent.Action is RecordAction.Create && result.Created) && _history.Covers(d.Crm.Intent)).ToList();
        try
        {
            var traces = await _history.ReadAsync(
                [.. written.Select(d => (d.CrmResult!.Id!, d.Crm!.Intent with { Id = d.Crm.Id }))], CancellationToken.None);
            written.ForEach(d => d.Traces = traces[d.Crm!.Id]);
            return null;
        }
        catch (PortException trouble)
        {
            written.ForEach(d => d.CrmResult = new CrmWriteResult(WriteOutcome.Unknown, d.CrmResult!.Id));
            return trouble;
        }
    }

    // A create that met a record by its key may have met another row's: somebody gave it this key a moment ago. Nor may two creates of one
    // batch have met the same one. Whose it is, a person says.
    private async Task MeetAsync(List<Draft> drafts)
    {
        var met = drafts.Where(d => d.Crm?.Intent.Action is RecordAction.Create && d.CrmResult is { Outcome: WriteOutcome.Confirmed, Id: not null })
            .GroupBy(d => d.CrmResult!.Id!, StringComparer.Ordinal)
            .Where(creates => creates.Any(d => !d.CrmResult!.Created)).ToList();
        var holders = await context.State.PairsByCrmIdAsync([.. met.Select(m => m.Key)], CancellationToken.None);
        foreach (var creates in met)
        {
            var keys = creates.Select(d => d.Work.Key).ToHashSet(StringComparer.Ordinal);
            var others = holders[creates.Key].Where(p => !keys.Contains(p.Key)).ToList();
            if (keys.Count + others.Count > 1)
            {
                await _merges.FreezeAsync([.. creates.Select(d => d.Work.Pair), .. others], creates.Key, creates.Key, CancellationToken.None);
                creates.ToList().ForEach(d => d.IsFrozen = true);
            }
        }
    }

    private async Task TakeBackAsync(IEnumerable<SideWrite> writes)
    {
        var taken = writes.ToList();
        await context.State.SettleAsync(
            context.Settlement() with
            {
                ClosedIntents = [.. taken.Select(w => w.Id)],
                ForgottenPairs = [.. taken.Where(w => w.Intent is { Action: RecordAction.Create, CrmId: null }).Select(w => w.Intent.Key)],
            },
            CancellationToken.None);
        taken.ForEach(w => w.Id = 0);
    }

    // The CRM's half of the batch is done by now and must be settled whatever happens here.
    private async Task<PortException?> WriteRowsAsync(List<Draft> drafts, SettlementBuilder builder, DbTransaction? within)
    {
        var writing = drafts.Where(d => d.RowWrite is not null && d.Row!.MaySend).ToList();
        if (writing.Count == 0)
        {
            return null;
        }

        if (context.Now >= writing.Min(d => d.Row!.Intent.SendDeadline))
        {
            TakeBackRows(writing, builder);
            return null;
        }

        try
        {
            var results = await context.Warehouse.WriteAsync(context.Runtime.Target, [.. writing.Select(d => d.RowWrite!)], within, CancellationToken.None);
            for (var i = 0; i < writing.Count; i++)
            {
                writing[i].RowResult = results[i];
            }

            return null;
        }
        catch (PortException trouble)
        {
            TakeBackRows(writing, builder);
            return trouble;
        }
    }

    // Planned again from the start, with the settlement of the batch.
    private static void TakeBackRows(List<Draft> writing, SettlementBuilder builder)
    {
        builder.ClosedIntents.AddRange(writing.Select(d => d.Row!.Id));
        writing.ForEach(d => d.Row!.Id = 0);
    }
}
