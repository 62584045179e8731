using System.Data.Common;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Scans;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Ports;

/// <summary>The durable state of the daemon. Safe for concurrent use.</summary>
/// <remarks>Methods throw <see cref="PortException"/> when the database cannot be reached.</remarks>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>Brings the schema up to date, under a lock, so that several daemons may start at once.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Connects and runs the smallest statement.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Opens the state of one mapping for a cycle, taking its lease. Null when somebody else holds it. A dry run sees its own changes
    /// and leaves nothing behind.
    /// </summary>
    Task<IMappingState?> OpenAsync(StateOpening opening, CancellationToken cancellationToken);

    /// <summary>The lines of a mapping that ran before, with what is asked about them; none of a mapping that was never opened.</summary>
    Task<IReadOnlyList<LineMemory>> LinesAsync(string mapping, CancellationToken cancellationToken);

    /// <summary>What people ask: conflicts, rejects, losses, runs, history.</summary>
    IStateReports Reports { get; }
}

/// <summary>How the state of a mapping is opened.</summary>
/// <param name="Mapping">Name of the mapping.</param>
/// <param name="Version">Fingerprint of everything in the mapping that decides what is written.</param>
/// <param name="Fields">The mapped fields; each keeps its number in the packed base for ever, by its two names.</param>
/// <param name="Holder">Who takes the lease, for people.</param>
/// <param name="LeaseTime">How long the lease lasts without being renewed.</param>
/// <param name="DryRun">Whether everything is undone at the end.</param>
public sealed record StateOpening(
    string Mapping, Fingerprint Version, IReadOnlyList<FieldMapping> Fields, string Holder, TimeSpan LeaseTime, bool DryRun)
{
    /// <summary>One a field, in the order of <see cref="Fields"/>: the line as it runs now, to be remembered; null where it does not run.</summary>
    public IReadOnlyList<LiveLine?> Lines { get; init; } = [];

    /// <summary>
    /// What the fields can hold. When it is another one than at the last opening, every reject that waits for a change (<see
    /// cref="RetryRule.AfterChange"/>) is due. <see cref="Fingerprint.None"/> tells nothing.
    /// </summary>
    public Fingerprint Limits { get; init; }

    /// <summary>When the mapping is opened; from then on such rejects are due.</summary>
    public DateTimeOffset Now { get; init; }
}

/// <summary>The state of one mapping while this process holds its lease. Not safe for concurrent use. Disposing gives the lease back.</summary>
public interface IMappingState : IAsyncDisposable
{
    /// <summary>Whether the mapping had another version when it was last opened (false when it never was).</summary>
    bool VersionChanged { get; }

    /// <summary>Whether a first load of both sides has ever been finished.</summary>
    bool FirstLoadDone { get; }

    /// <summary>Which state this is, and the last run of this mapping when it was opened.</summary>
    StateAnchor Anchor { get; }

    /// <summary>
    /// The last run whose records are in doubt, because the state was found to know less than what was done since (see
    /// <see cref="DoubtAsync"/>); null when none is.
    /// </summary>
    long? DoubtedThrough { get; }

    /// <summary>Which database this is, and as whom and how it is entered; null when rows cannot share a transaction with it.</summary>
    string? Database { get; }

    /// <summary>
    /// Puts in doubt everything that is known up to the last run, durably: it holds for this opening and all later ones, until a run has
    /// ended with another outcome than <c>failed</c>.
    /// </summary>
    Task DoubtAsync(CancellationToken cancellationToken);

    /// <summary>Remembers that the first load is finished.</summary>
    Task FinishFirstLoadAsync(CancellationToken cancellationToken);

    /// <summary>Keeps the lease; throws <see cref="PortException"/> when it was lost.</summary>
    Task RenewAsync(CancellationToken cancellationToken);

    /// <summary>All pairs in the order of <see cref="RecordKey.Compare"/>, only what the merge with the model needs.</summary>
    IPrintScan ScanPrints(CancellationToken cancellationToken);

    /// <summary>Where a warehouse in the same database can compare a model with the pairs; null where none can. What a dry run settles does not show there.</summary>
    KnownRows? KnownRows => null;

    /// <summary>How many pairs are linked.</summary>
    Task<long> CountLinkedAsync(CancellationToken cancellationToken);

    /// <summary>The pairs with these keys.</summary>
    Task<IReadOnlyDictionary<string, Pair>> PairsByKeyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>The pairs with these CRM ids; more than one pair may have an id only while they are duplicates of each other.</summary>
    Task<ILookup<string, Pair>> PairsByCrmIdAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Another mapping's (or this one's) CRM ids by key, linked pairs only.</summary>
    Task<IReadOnlyDictionary<string, string>> CrmIdsOfAsync(string mapping, IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Another mapping's (or this one's) keys by CRM id, linked pairs only, aliases followed.</summary>
    Task<IReadOnlyDictionary<string, string>> KeysOfAsync(string mapping, IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken);

    /// <summary>Notes CRM ids that a full read showed, whatever it said of them. Forgotten when the state is closed.</summary>
    Task MarkSeenAsync(IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken);

    /// <summary>The linked pairs whose CRM id was not noted since the state was opened, in the order of <see cref="RecordKey.Compare"/>.</summary>
    IAsyncEnumerable<(string Key, string CrmId)> ReadUnseenAsync(CancellationToken cancellationToken);

    /// <summary>The CRM records without a partner that have these match keys for the rule.</summary>
    Task<ILookup<ulong, string>> FindUnlinkedAsync(int rule, IReadOnlyCollection<ulong> matchKeys, CancellationToken cancellationToken);

    /// <summary>The ids of all CRM records without a partner.</summary>
    IAsyncEnumerable<string> ReadUnlinkedAsync(CancellationToken cancellationToken);

    /// <summary>The open conflicts of these keys.</summary>
    Task<ILookup<string, Conflict>> OpenConflictsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>The latest question about each of these CRM records as ones without a row, also when it is closed: an answer holds for good.</summary>
    Task<IReadOnlyList<Conflict>> RecordQuestionsAsync(IReadOnlyCollection<string> crmIds, CancellationToken cancellationToken);

    /// <summary>The standing rejects of these keys.</summary>
    Task<ILookup<string, Reject>> RejectsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>How many conflicts are open and how many rejects stand.</summary>
    Task<(long Conflicts, long Rejects)> CountTroubleAsync(CancellationToken cancellationToken);

    /// <summary>Records to look at again from both sides, rejects that are due among them; oldest first, at most so many.</summary>
    Task<IReadOnlyList<DirtyMark>> DirtyAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Records that were seen missing on one side and not decided yet.</summary>
    Task<IReadOnlyList<Tombstone>> TombstonesAsync(CancellationToken cancellationToken);

    /// <summary>How far a side was read; null before the first time.</summary>
    Task<Watermark?> WatermarkAsync(Side side, CancellationToken cancellationToken);

    /// <summary>Intents that a cycle before this one left open: their outcome is unknown.</summary>
    Task<IReadOnlyList<Intent>> OpenIntentsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// T1: journals intents before they are sent, in one transaction that re-checks the lease, the mapping's version, the epoch of every
    /// pair, and that no other intent for the same record and side is open. Reserves new pairs (<see cref="PairState.CreatingCrm"/>).
    /// </summary>
    /// <returns>The ids given to the intents, in order; 0 for one that may not be sent.</returns>
    Task<IReadOnlyList<long>> PrepareAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken);

    /// <summary>T2: records everything that was learnt, in one transaction.</summary>
    Task SettleAsync(Settlement settlement, CancellationToken cancellationToken);

    /// <summary>
    /// The same around work of the caller's: rows that <paramref name="work"/> writes within the transaction, and what it says was learnt
    /// from them, are stored together or not at all. Within it no other method may be called that settles or journals.
    /// </summary>
    Task SettleAsync(Func<DbTransaction, Task<Settlement>> work, CancellationToken cancellationToken);

    /// <summary>Starts a run; its id goes into every change, loss and log line, and rises with every run of the mapping.</summary>
    Task<long> StartRunAsync(string reason, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Ends a run; one that did not fail ends <see cref="VersionChanged"/> and <see cref="DoubtedThrough"/> for the openings to come.</summary>
    Task FinishRunAsync(long run, RunResult result, DateTimeOffset at, CancellationToken cancellationToken);
}
