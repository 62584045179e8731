using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Interception;

namespace ReverseEtl.Simulation.Mutants;

/// <summary>The seeded bugs. Each takes out one safeguard that the protocol is said to need.</summary>
public static class AllMutants
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutant> List { get; } =
    [
        new("no in-flight fence") { Options = o => o with { InFlightFence = TimeSpan.Zero } },
        new("one base instead of a pair") { State = s => Settling(s, OneBase) },
        new("echo suppressed by author") { Crm = c => Around<ICrm>.Of(c, DropOwn) },
        new("watermark at finish time, no overlap")
        {
            Options = o => o with { PullOverlap = TimeSpan.Zero },
            State = s => Settling(s, settled => settled with
            {
                Watermarks = [.. settled.Watermarks.Select(w => (w.Side, w.Mark with { Through = settled.At }))],
            }),
        },
        new("a missing record is deleted at once") { Options = o => o with { TombstoneAge = TimeSpan.Zero } },
        new("conditions stripped") { Crm = c => Writing(c, w => w with { IfVersion = null }) },
        new("history ignored") { Crm = c => Around<ICrm>.Of(c, NoHistory) },
        new("412 answered by a blind write") { Crm = c => Around<ICrm>.Of(c, Insist) },
        new("unknown taken as confirmed") { Crm = c => Answering(c, r => r.Outcome is WriteOutcome.Unknown ? r with { Outcome = WriteOutcome.Confirmed } : r) },
        new("unknown taken as rejected")
        {
            Crm = c => Answering(c, r => r.Outcome is WriteOutcome.Unknown
                ? r with { Outcome = WriteOutcome.Rejected, Error = new CrmError("unknown", RetryRule.Now, "", "no answer") }
                : r),
        },
        new("journal forgotten at restart") { State = s => Around<IMappingState>.Of(s, call => Forget(s, call)) },
        // Two daemons must write the same record within moments: of the seeds from 1 on, the 1,142nd is the first to show it.
        new("lease given to everybody") { World = world => world.Memory.GiveLeasesToEverybody(), FirstSeed = 1001 },
        new("losses dropped")
        {
            State = s => Settling(s, settled => settled with
            {
                Losses = [],
                Conflicts = [.. settled.Conflicts.Where(c => c.Kind is not ConflictKind.Overwritten)],
            }),
        },
        new("rejects swallowed") { State = s => Settling(s, settled => settled with { Rejects = [] }) },
        new("marks dropped") { State = s => Settling(s, settled => settled with { Dirty = [] }) },
        new("row written whatever it holds")
        {
            Warehouse = w => Around<IWarehouse>.Of(w, call =>
            {
                if (call.Name == nameof(IWarehouse.WriteAsync))
                {
                    call.Arguments[1] = call.Argument<IReadOnlyList<WarehouseWrite>>(1).Select(Unchecked).ToList();
                }

                return call.Proceed();
            }),
        },
        new("receipt from a later look, whoever wrote") { Crm = c => Around<ICrm>.Of(c, call => LookAgain(c, call)) },
    ];

    private static IMappingState Settling(IMappingState state, Func<Settlement, Settlement> bend) => Around<IMappingState>.Of(state, call =>
    {
        if (call.Name == nameof(IMappingState.SettleAsync))
        {
            call.Arguments[0] = call.Arguments[0] switch
            {
                Settlement settled => bend(settled),
                Func<System.Data.Common.DbTransaction, Task<Settlement>> rows =>
                    (Func<System.Data.Common.DbTransaction, Task<Settlement>>)(async transaction => bend(await rows(transaction))),
                var other => other,
            };
        }

        return call.Proceed();
    });

    private static ICrm Writing(ICrm crm, Func<CrmWrite, CrmWrite> bend) => Around<ICrm>.Of(crm, call =>
    {
        if (call.Name == nameof(ICrm.WriteAsync))
        {
            var batch = call.Argument<CrmWriteBatch>(0);
            call.Arguments[0] = batch with { Writes = [.. batch.Writes.Select(bend)] };
        }

        return call.Proceed();
    });

    private static ICrm Answering(ICrm crm, Func<CrmWriteResult, CrmWriteResult> bend) => Around<ICrm>.Of(crm, call =>
        call.Name == nameof(ICrm.WriteAsync)
            ? call.Then<IReadOnlyList<CrmWriteResult>>(results => [.. results.Select(bend)])
            : call.Proceed());

    private static Settlement OneBase(Settlement settled) => settled with
    {
        Pairs = [.. settled.Pairs.Select(p => p with
        {
            Bases = [.. p.Bases.Select(b => b is { Warehouse.IsHash: false } held ? held with { Crm = held.Warehouse } : b)],
        })],
    };

    private static object? DropOwn(Call call) => call.Name == nameof(ICrm.ReadChangesAsync)
        ? Others((IAsyncEnumerable<IReadOnlyList<CrmChange>>)call.Proceed()!)
        : call.Name == nameof(ICrm.ReadAsync)
            ? call.Then<IReadOnlyDictionary<string, CrmRecord>>(records => records.ToDictionary(
                r => r.Key, r => r.Value.LastChangedByUs ? r.Value with { Values = [.. r.Value.Values.Select(_ => FieldValue.NotObserved)] } : r.Value, StringComparer.Ordinal))
            : call.Proceed();

    private static async IAsyncEnumerable<IReadOnlyList<CrmChange>> Others(IAsyncEnumerable<IReadOnlyList<CrmChange>> pages)
    {
        await foreach (var page in pages)
        {
            yield return [.. page.Where(c => c.Record is not { LastChangedByUs: true })];
        }
    }

    private static object? NoHistory(Call call) => call.Name == nameof(ICrm.ReadHistoryAsync)
        ? call.Then<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>>(_ => new Dictionary<string, IReadOnlyList<FieldEvent>>())
        : call.Proceed();

    private static object? Insist(Call call) => call.Name == nameof(ICrm.WriteAsync) ? InsistAsync(call) : call.Proceed();

    private static async Task<IReadOnlyList<CrmWriteResult>> InsistAsync(Call call)
    {
        var batch = call.Argument<CrmWriteBatch>(0);
        var results = (await (Task<IReadOnlyList<CrmWriteResult>>)call.Proceed()!).ToList();
        var moved = Enumerable.Range(0, results.Count).Where(i => results[i].Outcome is WriteOutcome.Moved).ToList();
        if (moved.Count > 0)
        {
            call.Arguments[0] = batch with { Writes = [.. moved.Select(i => batch.Writes[i] with { IfVersion = null })] };
            var again = await (Task<IReadOnlyList<CrmWriteResult>>)call.Proceed()!;
            for (var n = 0; n < moved.Count; n++)
            {
                results[moved[n]] = again[n];
            }
        }

        return results;
    }

    private static object? Forget(IMappingState state, Call call) =>
        call.Name == nameof(IMappingState.OpenIntentsAsync) ? ForgetAsync(state, call) : call.Proceed();

    private static async Task<IReadOnlyList<Intent>> ForgetAsync(IMappingState state, Call call)
    {
        var open = await (Task<IReadOnlyList<Intent>>)call.Proceed()!;
        if (open.Count > 0)
        {
            var creating = open.Where(i => i is { Action: RecordAction.Create, CrmId: null }).Select(i => i.Key).ToList();
            await state.SettleAsync(
                new Settlement { At = open[0].PreparedAt, Run = open[0].Run, ClosedIntents = [.. open.Select(i => i.Id)], ForgottenPairs = creating },
                CancellationToken.None);
        }

        return [];
    }

    private static WarehouseWrite Unchecked(WarehouseWrite write) =>
        write with { Columns = [.. write.Columns.Select(c => c with { Expected = FieldValue.NotObserved })] };

    private static object? LookAgain(ICrm crm, Call call) => call.Name == nameof(ICrm.WriteAsync) ? LookAgainAsync(crm, call) : call.Proceed();

    private static async Task<IReadOnlyList<CrmWriteResult>> LookAgainAsync(ICrm crm, Call call)
    {
        var batch = call.Argument<CrmWriteBatch>(0);
        var results = await (Task<IReadOnlyList<CrmWriteResult>>)call.Proceed()!;
        var read = new CrmRead(batch.Object, batch.KeyField, [.. batch.Writes.SelectMany(w => w.Fields).Select(f => batch.Schema.Find(f.Field)!).DistinctBy(f => f.Name)]);
        var ids = results.Where(r => r is { Outcome: WriteOutcome.Confirmed, Id: not null }).Select(r => r.Id!).ToList();
        if (ids.Count == 0 || read.Fields.Count == 0)
        {
            return results;
        }

        var seen = await crm.ReadAsync(read, ids, CancellationToken.None);
        return [.. results.Select(r => r.Id is { } id && seen.TryGetValue(id, out var record) && record.Presence is CrmPresence.Live
            ? r with { Stored = read.Fields.Index().ToDictionary(f => f.Item.Name, f => record.Values[f.Index], StringComparer.Ordinal), Version = record.Version }
            : r)];
    }
}
