using System.Data.Common;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;
using ReverseEtl.Engine.State;
using ReverseEtl.State.Tables;

namespace ReverseEtl.State;

/// <summary>One opened mapping.</summary>
internal sealed class MappingState : IMappingState
{
    private readonly MappingContext _context;
    private readonly PostgresStateOptions _options;
    private readonly Func<CancellationToken, Task<Session>> _another;
    private readonly PairTable _pairs;
    private readonly PairWriter _writer;
    private readonly IntentJournal _journal;
    private readonly ConflictTable _conflicts;
    private readonly RejectTable _rejects;
    private readonly IdentityTable _identity;
    private readonly AttentionTable _attention;
    private readonly HistoryTable _history;
    private readonly RunTable _runs;
    private readonly SeenTable _seen;
    private long? _linked;
    private bool _disposed;

    public MappingState(MappingContext context, PostgresStateOptions options, Func<CancellationToken, Task<Session>> another)
    {
        _context = context;
        _options = options;
        _another = another;
        _pairs = new(context, another);
        _writer = new(context);
        _journal = new(context);
        _conflicts = new(context);
        _rejects = new(context);
        _identity = new(context);
        _attention = new(context);
        _history = new(context);
        _runs = new(context);
        _seen = new(context);
        DoubtedThrough = context.Row.DoubtedThrough;
        FirstLoadDone = context.Row.FirstLoadDone;
    }

    public bool VersionChanged => _context.Row.VersionChanged;

    public bool FirstLoadDone { get; private set; }

    public StateAnchor Anchor => _context.Row.Anchor;

    public long? DoubtedThrough { get; private set; }

    public string? Database => _context.Session.IsDryRun ? null : _context.Row.Database;

    public KnownRows? KnownRows => new(
        _context.Row.Database, $"select key, print, state, hash, is_idle, is_missed from retl.known_row where mapping_id = {_context.Id}");

    public async Task DoubtAsync(CancellationToken cancellationToken)
    {
        await _context.Session.InTransactionAsync(
            async () =>
            {
                await _context.Lease.KeepAsync(_context.Session, cancellationToken);
                return await _context.Session.ExecuteAsync(
                    "update retl.mapping set doubted_through = @LastRun where id = @Id", new { _context.Id, Anchor.LastRun }, cancellationToken);
            },
            cancellationToken);
        DoubtedThrough = Anchor.LastRun;
    }

    public async Task FinishFirstLoadAsync(CancellationToken cancellationToken)
    {
        await _context.Session.InTransactionAsync(
            async () =>
            {
                await _context.Lease.KeepAsync(_context.Session, cancellationToken);
                return await _context.Session.ExecuteAsync(
                    "update retl.mapping set first_load_at = clock_timestamp() where id = @Id", new { _context.Id }, cancellationToken);
            },
            cancellationToken);
        FirstLoadDone = true;
    }

    public Task RenewAsync(CancellationToken cancellationToken) => _context.Lease.KeepAsync(_context.Session, cancellationToken);

    public IPrintScan ScanPrints(CancellationToken cancellationToken) => _pairs.ScanPrints(cancellationToken);

    // Counting reads an index entry a pair, and most cycles change no pair between the first count and the last.
    public async Task<long> CountLinkedAsync(CancellationToken cancellationToken) => _linked ??= await _pairs.CountLinkedAsync(cancellationToken);

    public Task<IReadOnlyDictionary<string, Pair>> PairsByKeyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        _pairs.ByKeyAsync(keys, cancellationToken);

    public Task<ILookup<string, Pair>> PairsByCrmIdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        _pairs.ByCrmIdAsync(ids, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> CrmIdsOfAsync(string mapping, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        _pairs.CrmIdsOfAsync(mapping, keys, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> KeysOfAsync(string mapping, IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken) =>
        _pairs.KeysOfAsync(mapping, crmIds, cancellationToken);

    public Task MarkSeenAsync(IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken) => _seen.MarkAsync(crmIds, cancellationToken);

    public IAsyncEnumerable<(string Key, string CrmId)> ReadUnseenAsync(CancellationToken cancellationToken) => _seen.ReadUnseenAsync(cancellationToken);

    public Task<ILookup<ulong, string>> FindUnlinkedAsync(int rule, IReadOnlyCollection<ulong> matchKeys, CancellationToken cancellationToken) =>
        _identity.FindUnlinkedAsync(rule, matchKeys, cancellationToken);

    public IAsyncEnumerable<string> ReadUnlinkedAsync(CancellationToken cancellationToken) => _identity.ReadUnlinkedAsync(cancellationToken);

    public Task<ILookup<string, Conflict>> OpenConflictsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        _conflicts.OpenOfAsync(keys, cancellationToken);

    public async Task<IReadOnlyList<Conflict>> RecordQuestionsAsync(IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken) =>
        await _conflicts.LatestOfRecordsAsync(crmIds, cancellationToken);

    public Task<ILookup<string, Reject>> RejectsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        _rejects.OfAsync(keys, cancellationToken);

    public async Task<(long Conflicts, long Rejects)> CountTroubleAsync(CancellationToken cancellationToken) => (await _context.Session.QueryAsync(
        """
        select (select count(*) from retl.conflict where mapping_id = @Id and closed_at is null),
               (select count(*) from retl.reject where mapping_id = @Id)
        """,
        new { _context.Id },
        row => (row.GetInt64(0), row.GetInt64(1)),
        cancellationToken))[0];

    public Task<IReadOnlyList<DirtyMark>> DirtyAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        _attention.DirtyAsync(now, limit, cancellationToken);

    public Task<IReadOnlyList<Tombstone>> TombstonesAsync(CancellationToken cancellationToken) => _attention.TombstonesAsync(cancellationToken);

    public Task<Watermark?> WatermarkAsync(Side side, CancellationToken cancellationToken) => _attention.WatermarkAsync(side, cancellationToken);

    public async Task<IReadOnlyList<Intent>> OpenIntentsAsync(CancellationToken cancellationToken) => await _journal.OpenAsync(cancellationToken);

    public Task<IReadOnlyList<long>> PrepareAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken) =>
        _journal.PrepareAsync(intents, cancellationToken);

    public Task SettleAsync(Settlement settlement, CancellationToken cancellationToken) => _context.Session.InTransactionAsync(
        async () =>
        {
            await _context.Lease.KeepAsync(_context.Session, cancellationToken);
            return await StoreAsync(settlement, cancellationToken);
        },
        cancellationToken);

    public Task SettleAsync(Func<DbTransaction, Task<Settlement>> work, CancellationToken cancellationToken) => _context.Session.InTransactionAsync(
        async transaction =>
        {
            await _context.Lease.KeepAsync(_context.Session, cancellationToken);
            return await StoreAsync(await work(transaction), cancellationToken);
        },
        cancellationToken);

    public Task<long> StartRunAsync(string reason, DateTimeOffset at, CancellationToken cancellationToken) => _runs.StartAsync(reason, at, cancellationToken);

    public async Task FinishRunAsync(long run, RunResult result, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await _runs.FinishAsync(run, result, at, cancellationToken);
        if (!_context.Session.IsDryRun)
        {
            await _history.PurgeAsync(at, _options.HistoryAge, _options.LossAge, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await using (_context.Session)
        {
            if (!_context.Session.IsDryRun)
            {
                await ReleaseAsync();
            }
        }
    }

    private async Task<int> StoreAsync(Settlement settlement, CancellationToken cancellationToken)
    {
        await SettleIdentityAsync(settlement, cancellationToken);
        await SettleTroubleAsync(settlement, cancellationToken);
        await _history.AddLossesAsync(settlement.Run, settlement.At, settlement.Losses, cancellationToken);
        await _history.AddChangesAsync(settlement.Run, settlement.At, settlement.Changes, cancellationToken);
        await _attention.StoreWatermarksAsync(settlement.Watermarks, cancellationToken);
        return 0;
    }

    private async Task SettleIdentityAsync(Settlement settlement, CancellationToken cancellationToken)
    {
        _linked = settlement.ForgottenPairs.Count + settlement.Pairs.Count > 0 ? null : _linked;
        await _writer.ForgetAsync(settlement.ForgottenPairs, cancellationToken);
        await _writer.StoreAsync(settlement.Pairs, cancellationToken);
        await _writer.StampAsync(settlement.Stamps, cancellationToken);
        await _journal.CloseAsync(settlement.ClosedIntents, cancellationToken);
        await _identity.AddAliasesAsync(settlement.Aliases, settlement.At, cancellationToken);
        await _identity.StoreUnlinkedAsync(settlement.Unlinked, cancellationToken);
        await _identity.ForgetUnlinkedAsync(settlement.ForgottenUnlinked, cancellationToken);
    }

    // What is closed or cleared goes first where the same batch may bring it anew; a missing record that is also decided is decided.
    private async Task SettleTroubleAsync(Settlement settlement, CancellationToken cancellationToken)
    {
        await _conflicts.CloseAsync(settlement.ClosedConflicts, settlement.At, cancellationToken);
        await _conflicts.CloseOfRecordsAsync(settlement.ForgottenUnlinked, settlement.At, cancellationToken);
        await _conflicts.OpenAsync(settlement.Conflicts, settlement.At, cancellationToken);
        await _rejects.ClearAsync(settlement.ClearedRejects, cancellationToken);
        await _rejects.StoreAsync(settlement.Rejects, settlement.At, cancellationToken);
        await _attention.StoreTombstonesAsync(settlement.Tombstones, cancellationToken);
        await _attention.ClearTombstonesAsync(settlement.ClearedTombstones, cancellationToken);
        await _attention.ClearDirtyAsync(settlement.ClearedDirty, cancellationToken);
        await _attention.MarkAsync(settlement.Dirty, settlement.At, cancellationToken);
    }

    private async Task ReleaseAsync()
    {
        try
        {
            if (_context.Session.IsAlive)
            {
                await _context.Lease.ReleaseAsync(_context.Session, CancellationToken.None);
                return;
            }

            await using var session = await _another(CancellationToken.None);
            await _context.Lease.ReleaseAsync(session, CancellationToken.None);
        }
        catch (PortException e) when (e.Trouble is PortTrouble.Unavailable)
        {
            // Disposal follows the failure that made the database unreachable and must not hide it; the lease runs out by itself.
            return;
        }
    }
}
