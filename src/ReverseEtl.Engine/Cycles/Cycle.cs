using Microsoft.Extensions.Logging;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Observe, plan, journal, write, confirm: once, for one mapping. A dry run is the same cycle over rehearsed writes and undone state.</summary>
public sealed class Cycle(IStateStore store, EngineOptions options, TimeProvider time, ILogger<Cycle> logger)
{
    private readonly Forecast _forecast = new(time, logger);

    /// <summary>Runs one cycle.</summary>
    /// <exception cref="PortException">A side could not be reached or refuses; everything up to then is recorded.</exception>
    public async Task<CycleReport> RunAsync(MappingRuntime runtime, CycleRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var mapping = runtime.Mapping;
        var memories = await store.LinesAsync(mapping.Name, cancellationToken);
        runtime = runtime.Remembering(memories);
        var opening = new StateOpening(mapping.Name, runtime.Version, mapping.Fields, request.Holder, options.LeaseTime, request.DryRun)
        {
            Lines = runtime.Lines,
            Limits = runtime.Limits,
            Now = time.GetUtcNow(),
        };
        await using var state = await store.OpenAsync(opening, cancellationToken);
        if (state is null)
        {
            return new CycleReport(mapping.Name, 0, new RunResult { Outcome = "busy", Message = "another process works on this mapping" }) { Busy = true };
        }

        var rehearsed = request.DryRun ? runtime.Over(new RehearsedWarehouse(runtime.Warehouse), new RehearsedCrm(runtime.Crm)) : runtime;
        var anchors = new AnchorCheck(rehearsed, state, logger);
        await anchors.CompareAsync(cancellationToken);
        var shares = await SharesAsync(rehearsed, state, cancellationToken);
        var comparison = await Comparison.ChooseAsync(runtime, state, options.Compare, cancellationToken);
        var calls = rehearsed.Crm.Calls;
        var run = await state.StartRunAsync(request.Reason, time.GetUtcNow(), cancellationToken);
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["mapping"] = mapping.Name, ["run"] = run });
        var books = new CycleBooks(request.DryRun);
        var everything = state is not { FirstLoadDone: true, VersionChanged: false, DoubtedThrough: null };
        var context = new CycleContext(rehearsed, state, options, time, request, books, run, FirstLoad: !state.FirstLoadDone)
        {
            LinkedBefore = await state.CountLinkedAsync(cancellationToken),
            SharesDatabase = shares,

            // Where every row is to be looked at, or where what this cycle settles does not show, there is nothing for the warehouse to tell.
            Known = comparison.By is Comparer.Warehouse && !request.DryRun && !everything ? state.KnownRows : null,
            ByHashes = rehearsed is { FindsRows: true, WarehouseRead.HashSeed: not null } && !everything,
        };
        try
        {
            await anchors.RememberAsync(run, cancellationToken);
            await MarkHeardAsync(context, cancellationToken);
            await new LineQuestions(context, logger).SettleAsync(memories, cancellationToken);
            await PassesAsync(context, cancellationToken);
        }
        catch (GuardHalt halt)
        {
            books.Halt = halt.Message;
            logger.LogWarning("{Mapping}: the guard halted the cycle: {Reason}", mapping.Name, halt.Message);
        }
        catch (Exception failure) when (failure is PortException or OperationCanceledException)
        {
            var failed = new RunResult { Outcome = "failed", Message = failure is PortException ? failure.Message : "stopped" };
            await FinishAsync(context, failed, started, rehearsed.Crm.Calls - calls);
            throw;
        }

        if (request.DryRun)
        {
            await ShowBeforeAsync(context, runtime.Crm, cancellationToken);
        }

        foreach (var warning in runtime.Crm.TakeWarnings())
        {
            logger.LogWarning("{Mapping}: the CRM warns: {Warning}", mapping.Name, warning);
        }

        _forecast.Tell(mapping.Crm.Connection, runtime.Crm.Use);

        var result = await FinishAsync(context, await CountAsync(context, cancellationToken), started, rehearsed.Crm.Calls - calls - books.DisplayCalls);
        logger.LogInformation(
            "{Mapping}: cycle {Outcome}: {Created} created, {Updated} updated, {Linked} linked, {Pulled} pulled, {Rejected} rejected, {Conflicts} conflicts, {Held} held, {ApiCalls} API calls",
            mapping.Name, result.Outcome, result.Created, result.Updated, result.Linked, result.Pulled, result.Rejected, result.Conflicts, result.Held, result.ApiCalls);
        return new CycleReport(mapping.Name, run, result)
        {
            Changes = books.Changes,
            Foreseen = books.Foreseen,
            Lanes = rehearsed.Crm is RehearsedCrm pretended ? pretended.Lanes : [],
            Parked = runtime.Parked,
            Comparison = comparison,
            Use = runtime.Crm.Use,
            Held = books.Halt is { } reason ? [new HeldRecord("*", reason), .. books.HeldListed] : books.HeldListed,
        };
    }

    // Hearsay becomes a mark, so that a cycle that breaks off leaves it to the next one.
    private static async Task MarkHeardAsync(CycleContext context, CancellationToken cancellationToken)
    {
        foreach (var ids in context.Request.Heard.Chunk(context.Options.BatchSize))
        {
            var pairs = await context.State.PairsByCrmIdAsync(ids, cancellationToken);
            await context.State.SettleAsync(
                context.Settlement() with { Dirty = [.. ids.Where(pairs.Contains).Select(id => new DirtyMark(null, id, "heard of"))] }, cancellationToken);
        }
    }

    private static async Task PassesAsync(CycleContext context, CancellationToken cancellationToken)
    {
        var everything = context.FirstLoad || context.State.VersionChanged || context.Compares;
        var planner = new BatchPlanner(context);
        var executor = new BatchExecutor(context);
        var linker = new Linker(context);
        await new RecoveryPass(context).RunAsync(cancellationToken);

        // What people did in the CRM is known before anything is written over it; and a first load must know whom it may match.
        if (context.Request.Pull || everything)
        {
            var full = context.State.VersionChanged || context.Compares || context.Request.FullCrm || await IsDueAsync(context, Side.Crm, cancellationToken);
            await new PullPass(context, planner, executor).RunAsync(full, cancellationToken);
        }

        if (context.Request.Push || everything)
        {
            var imports = context.Mapping.Records.NewInCrm is not NewRecord.Ignore;
            var full = everything || imports || context.Request.FullWarehouse || context.Mapping.Warehouse.ChangedAt is null
                || await IsDueAsync(context, Side.Warehouse, cancellationToken);
            await new PushPass(context, planner, executor, linker).RunAsync(full, cancellationToken);
            await new Imports(context, linker).RunAsync(cancellationToken);
        }

        await new RevisitPass(context, planner, executor, linker).RunAsync(cancellationToken);
        if (context.OwesFullRead && await context.State.WatermarkAsync(Side.Crm, cancellationToken) is { FullAt: not null } mark)
        {
            await context.State.SettleAsync(
                context.Settlement() with { Watermarks = [(Side.Crm, mark with { FullAt = null })] }, cancellationToken);
        }

        // A create whose outcome is open may have to be made yet, and the guard must not take that for a change of what exists.
        if (context.FirstLoad && context.InDoubt.Count == 0)
        {
            await context.State.FinishFirstLoadAsync(cancellationToken);
        }
    }

    private static async Task<bool> IsDueAsync(CycleContext context, Side side, CancellationToken cancellationToken) =>
        await context.State.WatermarkAsync(side, cancellationToken) is not { FullAt: { } fullAt } || fullAt > context.Now
        || context.Now - fullAt >= (side is Side.Crm ? context.Options.FullCrmReadEvery : context.Options.FullWarehouseReadEvery);

    private static async Task<RunResult> CountAsync(CycleContext context, CancellationToken cancellationToken)
    {
        var books = context.Books;
        var (conflicts, rejects) = await context.State.CountTroubleAsync(cancellationToken);
        return new RunResult
        {
            Outcome = conflicts + rejects + books.Held > 0 || books.Halt is not null ? "attention" : "ok",
            Message = books.Halt ?? (context.Compares ? "the state was older than what was done since: everything was compared" : null) ?? Parked(context.Runtime),
            Created = books.Created,
            Updated = books.Updated,
            Linked = books.Linked,
            Deleted = books.Deleted,
            Unchanged = Math.Max(0, await context.State.CountLinkedAsync(cancellationToken) - books.Touched),
            Pulled = books.Pulled,
            Rejected = rejects,
            Conflicts = conflicts,
            Losses = books.Losses,
            Unverified = books.Unverified,
            AuditFindings = books.AuditFindings,
            Held = books.Held + (books.Halt is null ? 0 : 1),
        };
    }

    private static string? Parked(MappingRuntime runtime) =>
        runtime.Parked.Count == 0 ? null : "parked: " + string.Join(" ", runtime.Parked.Select(line => line.Words));

    // Only a run that failed makes the next one read everything again. So must one that was to do so and did not look at all: it was halted, or
    // had to leave out records whose writes are in flight.
    private async Task<RunResult> FinishAsync(CycleContext context, RunResult counted, long started, long calls)
    {
        var result = counted with { ApiCalls = calls, DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds };
        var isPartial = (context.Books.Halt is not null && (context.State.VersionChanged || context.Compares)) || (context.Compares && context.InDoubt.Count > 0);
        await context.State.FinishRunAsync(context.Run, isPartial ? result with { Outcome = "failed" } : result, time.GetUtcNow(), CancellationToken.None);
        return result;
    }

    // Rows share a transaction with what is known of them only where a row may be written at all.
    private static async Task<bool> SharesAsync(MappingRuntime runtime, IMappingState state, CancellationToken cancellationToken) =>
        runtime.WritesRows && state.Database is { } database && database == await runtime.Warehouse.DatabaseAsync(cancellationToken);

    // People want to see what is there now, also where the decision did not need to know. These reads decide nothing and are not counted.
    private static async Task ShowBeforeAsync(CycleContext context, ICrm crm, CancellationToken cancellationToken)
    {
        var blind = context.Books.Changes.Index()
            .Where(c => c.Item is { Side: Side.Crm, CrmId: not null } && c.Item.Fields.Any(f => f.Before.State is ValueState.Unmoved)).ToList();
        var before = crm.Calls;
        foreach (var changes in blind.Chunk(context.Options.BatchSize))
        {
            var records = await crm.ReadAsync(context.Runtime.CrmRead, [.. changes.Select(c => c.Item.CrmId!).Distinct(StringComparer.Ordinal)], cancellationToken);
            foreach (var (index, change) in changes.Where(c => records.ContainsKey(c.Item.CrmId!)))
            {
                context.Books.Show(index, field => context.Runtime.Value(records[change.CrmId!], field));
            }
        }

        context.Books.DisplayCalls = crm.Calls - before;
    }
}
