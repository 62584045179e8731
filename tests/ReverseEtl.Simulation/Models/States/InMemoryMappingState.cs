using System.Data.Common;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>One opened mapping. A dry run works on a copy of everything, which nobody keeps.</summary>
internal sealed class InMemoryMappingState : IMappingState
{
    /// <summary>Rows in one page of a stream: few, so that streams break off in the middle of small sets too.</summary>
    private const int Page = 8;

    private readonly StateMemory _memory;
    private readonly StateOpening _opening;
    private readonly Connection _connection;
    private readonly GatedIo _io;
    private readonly StateData? _copy;
    private readonly int[] _numbers;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public InMemoryMappingState(StateMemory memory, StateOpening opening, Connection connection, GatedIo io)
    {
        (_memory, _opening, _connection, _io) = (memory, opening, connection, io);
        _copy = opening.DryRun ? memory.Data.Copy() : null;
        Mapping.Open(opening.Version, opening.Limits, opening.Now);
        _numbers = Mapping.Fields.Open(opening.Fields);
        Mapping.Lines.Remember(_numbers, opening.Lines);
        VersionChanged = Mapping.VersionPending;
        FirstLoadDone = Mapping.FirstLoadDone;
        DoubtedThrough = Mapping.DoubtedThrough;
        Anchor = new StateAnchor(memory.Id, Mapping.History.LastRun);
    }

    public bool VersionChanged { get; }

    public bool FirstLoadDone { get; private set; }

    public StateAnchor Anchor { get; }

    public long? DoubtedThrough { get; private set; }

    public string? Database => _opening.DryRun ? null : _memory.Database;

    private StateData Data => _copy ?? _memory.Data;

    private MappingData Mapping => Data.Of(_opening.Mapping);

    public Task DoubtAsync(CancellationToken cancellationToken) => HoldingAsync(
        "state.doubt",
        () =>
        {
            Mapping.Doubt(Anchor.LastRun);
            DoubtedThrough = Anchor.LastRun;
        },
        cancellationToken);

    public Task FinishFirstLoadAsync(CancellationToken cancellationToken) => HoldingAsync(
        "state.first-load",
        () =>
        {
            Mapping.FinishFirstLoad();
            FirstLoadDone = true;
        },
        cancellationToken);

    public Task RenewAsync(CancellationToken cancellationToken) => HoldingAsync("state.renew", () => { }, cancellationToken);

    public IPrintScan ScanPrints(CancellationToken cancellationToken) => new StreamedPrintScan(
        _io.StreamAsync("state.prints", Page, () => Mapping.Pairs.Prints(), cancellationToken), cancellationToken);

    public Task<long> CountLinkedAsync(CancellationToken cancellationToken) =>
        AskAsync("state.count-linked", () => Mapping.Pairs.CountLinked(), cancellationToken);

    public Task<IReadOnlyDictionary<string, Pair>> PairsByKeyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyDictionary<string, Pair>>("state.pairs-by-key", () => Mapping.Pairs.ByKey(keys, _numbers), cancellationToken);

    public Task<ILookup<string, Pair>> PairsByCrmIdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        AskAsync("state.pairs-by-id", () => Mapping.Pairs.ByCrmId(ids, _numbers), cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> CrmIdsOfAsync(string mapping, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyDictionary<string, string>>("state.ids-of", () => Data.Find(mapping)?.Pairs.CrmIdsOf(keys) ?? [], cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> KeysOfAsync(string mapping, IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyDictionary<string, string>>("state.keys-of", () => KeysOf(Data.Find(mapping), crmIds), cancellationToken);

    public Task MarkSeenAsync(IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken) =>
        AskAsync("state.mark-seen", () => { _seen.UnionWith(crmIds); return 0; }, cancellationToken);

    public IAsyncEnumerable<(string Key, string CrmId)> ReadUnseenAsync(CancellationToken cancellationToken) =>
        _io.StreamAsync("state.unseen", Page, () => Worked(Unseen), cancellationToken);

    public Task<ILookup<ulong, string>> FindUnlinkedAsync(int rule, IReadOnlyCollection<ulong> matchKeys, CancellationToken cancellationToken) =>
        AskAsync("state.find-unlinked", () => Mapping.Unlinked.Find(rule, matchKeys), cancellationToken);

    public IAsyncEnumerable<string> ReadUnlinkedAsync(CancellationToken cancellationToken) =>
        _io.StreamAsync("state.unlinked", Page, () => Worked(() => Mapping.Unlinked.Ids), cancellationToken);

    public Task<ILookup<string, Conflict>> OpenConflictsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        AskAsync("state.open-conflicts", () => Mapping.Conflicts.OpenOf(keys), cancellationToken);

    public Task<IReadOnlyList<Conflict>> RecordQuestionsAsync(IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken) =>
        AskAsync("state.record-questions", () => Mapping.Conflicts.LatestOfRecords(crmIds), cancellationToken);

    public Task<ILookup<string, Reject>> RejectsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        AskAsync("state.rejects", () => Mapping.Rejects.Of(keys), cancellationToken);

    public Task<(long Conflicts, long Rejects)> CountTroubleAsync(CancellationToken cancellationToken) => AskAsync(
        "state.count-trouble", () => ((long)Mapping.Conflicts.Open.Count, (long)Mapping.Rejects.All.Count), cancellationToken);

    public Task<IReadOnlyList<DirtyMark>> DirtyAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        AskAsync("state.dirty", () => Mapping.Attention.Due(Mapping.Rejects, now, limit), cancellationToken);

    public Task<IReadOnlyList<Tombstone>> TombstonesAsync(CancellationToken cancellationToken) =>
        AskAsync("state.tombstones", () => Mapping.Attention.Tombstones, cancellationToken);

    public Task<Watermark?> WatermarkAsync(Side side, CancellationToken cancellationToken) =>
        AskAsync("state.watermark", () => Mapping.Attention.Watermark(side), cancellationToken);

    public Task<IReadOnlyList<Intent>> OpenIntentsAsync(CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<Intent>>("state.open-intents", () => [.. Mapping.Intents.All], cancellationToken);

    public Task<IReadOnlyList<long>> PrepareAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken) =>
        intents.Count == 0 ? Task.FromResult<IReadOnlyList<long>>([]) : _io.RunAsync("state.prepare", () => Prepare(intents), cancellationToken);

    public Task SettleAsync(Settlement settlement, CancellationToken cancellationToken) =>
        HoldingAsync("state.settle", () => Settle(settlement), cancellationToken);

    public async Task SettleAsync(Func<DbTransaction, Task<Settlement>> work, CancellationToken cancellationToken)
    {
        if (_opening.DryRun)
        {
            throw new InvalidOperationException("A dry run has a transaction of its own, which nobody may commit to.");
        }

        await using var transaction = await _io.RunAsync("state.begin", Begin, cancellationToken);
        var settlement = await work(transaction);
        await HoldingAsync(
            "state.settle",
            () =>
            {
                Settle(settlement);
                transaction.Commit();
            },
            cancellationToken);
    }

    public Task<long> StartRunAsync(string reason, DateTimeOffset at, CancellationToken cancellationToken) =>
        AskAsync("state.start-run", () => Mapping.History.StartRun(Mapping.Name, reason, at), cancellationToken);

    public Task FinishRunAsync(long run, RunResult result, DateTimeOffset at, CancellationToken cancellationToken) =>
        AskAsync("state.finish-run", () => { Mapping.FinishRun(run, result, at); return 0; }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_connection.IsAlive || _opening.DryRun)
        {
            _memory.Leases.Release(_connection);
            return;
        }

        try
        {
            await _io.RunAsync("state.release", () => _memory.Leases.Release(_connection), CancellationToken.None);
        }
        catch (PortException e) when (e.Trouble is PortTrouble.Unavailable)
        {
            // Disposal follows the failure that made the state unreachable and must not hide it; the lease runs out by itself.
            return;
        }
    }

    private MemoryTransaction Begin()
    {
        _memory.Leases.Keep(_connection);
        return _connection.Begin();
    }

    private IReadOnlyList<long> Prepare(IReadOnlyList<Intent> intents)
    {
        _memory.Leases.Keep(_connection);
        return Mapping.Version == _opening.Version
            ? Mapping.Intents.Prepare(intents, Mapping.Pairs)
            : throw new PortException(PortTrouble.Unavailable, $"Mapping '{_opening.Mapping}' has another version by now; nothing was journalled.");
    }

    // Whatever can fail comes first: a settlement is recorded in whole or not at all.
    private void Settle(Settlement settlement)
    {
        var mapping = Mapping;
        mapping.Pairs.Check(settlement.Pairs, settlement.ForgottenPairs, _numbers.Length);
        mapping.Pairs.Forget(settlement.ForgottenPairs);
        mapping.Pairs.Store(settlement.Pairs, _numbers);
        mapping.Pairs.Stamp(settlement.Stamps);
        mapping.Aliases.Revive(settlement.Pairs.Where(pair => pair is { State: PairState.Linked, CrmId: not null }).Select(pair => pair.CrmId!));
        mapping.Intents.Close(settlement.ClosedIntents);
        mapping.Aliases.Add(settlement.Aliases, settlement.At);
        mapping.Unlinked.Store(settlement.Unlinked);
        mapping.Unlinked.Forget(settlement.ForgottenUnlinked);
        SettleTrouble(mapping, settlement);
        mapping.History.Add(settlement.Run, settlement.At, settlement.Losses);
        mapping.History.Add(settlement.Run, settlement.At, settlement.Changes);
        mapping.Attention.StoreWatermarks(settlement.Watermarks);
    }

    // What is closed or cleared goes first where the same batch may bring it anew; a missing record that is also decided is decided.
    private static void SettleTrouble(MappingData mapping, Settlement settlement)
    {
        mapping.Conflicts.Close(settlement.ClosedConflicts, settlement.At);
        mapping.Conflicts.CloseOfRecords(settlement.ForgottenUnlinked, settlement.At);
        mapping.Conflicts.Ask(settlement.Conflicts, settlement.At);
        mapping.Rejects.Clear(settlement.ClearedRejects);
        mapping.Rejects.Store(mapping.Name, settlement.Rejects, settlement.At);
        mapping.Attention.Miss(settlement.Tombstones);
        mapping.Attention.ClearTombstones(settlement.ClearedTombstones);
        mapping.Attention.ClearMarks(settlement.ClearedDirty);
        mapping.Attention.Mark(settlement.Dirty, settlement.At);
    }

    private static Dictionary<string, string> KeysOf(MappingData? mapping, IReadOnlyCollection<string> crmIds)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var keys = mapping?.Pairs.KeysByCrmId();
        foreach (var id in crmIds)
        {
            if (keys?.TryGetValue(mapping!.Aliases.WinnerOf(id), out var key) is true)
            {
                found[id] = key;
            }
        }

        return found;
    }

    private IReadOnlyList<(string Key, string CrmId)> Unseen() =>
        [.. Mapping.Pairs.All([]).Where(pair => pair is { State: PairState.Linked, CrmId: not null } && !_seen.Contains(pair.CrmId))
            .Select(pair => (pair.Key, pair.CrmId!))];

    private Task HoldingAsync(string operation, Action effect, CancellationToken cancellationToken) => _io.RunAsync(
        operation,
        () =>
        {
            _memory.Leases.Keep(_connection);
            effect();
        },
        cancellationToken);

    private Task<T> AskAsync<T>(string operation, Func<T> ask, CancellationToken cancellationToken) =>
        _io.RunAsync(operation, () => Worked(ask), cancellationToken);

    private T Worked<T>(Func<T> ask)
    {
        _connection.Work(_memory.Now);
        return ask();
    }
}
