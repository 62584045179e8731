using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.Ports;

/// <summary>One CRM connection, with its sign-in, limits and retries inside. Safe for concurrent use.</summary>
/// <remarks>
/// Values cross this port as neutral text (see <see cref="FieldValue"/>). Every method throws <see cref="PortException"/> when the CRM
/// cannot be reached, a limit is used up, or the whole request is refused. Single records never throw: they have outcomes.
/// </remarks>
public interface ICrm : IAsyncDisposable
{
    /// <summary>What this CRM can do.</summary>
    CrmTraits Traits { get; }

    /// <summary>Links between records that are no fields; null in a CRM that has none.</summary>
    ICrmAssociations? Associations => null;

    /// <summary>API requests made so far, retries included, sign-in left out.</summary>
    long Calls { get; }

    /// <summary>An id as people type it, in the form in which records come back; what is no id stays as it is. No call is made.</summary>
    string IdOf(string typed) => typed.Trim();

    /// <summary>How much of the day is used; null where the CRM does not tell, or has not yet.</summary>
    CrmUse? Use => null;

    /// <summary>
    /// What the CRM warned of since this was asked last, for people: a version that will be retired, for example. Each warning once.
    /// </summary>
    IReadOnlyList<string> TakeWarnings() => [];

    /// <summary>Signs in and makes one cheap call.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>The CRM's own clock; watermarks are taken from it at the start of a read.</summary>
    Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Until when, by the CRM's clock, a read that begins now shows everything that happened to an object; what watermarks are taken from. The
    /// clock itself where the CRM does not tell of changes that are not visible yet.
    /// </summary>
    Task<DateTimeOffset> ReadableThroughAsync(string objectType, CancellationToken cancellationToken) => NowAsync(cancellationToken);

    /// <summary>The object's fields, or null when there is no such object or it is not visible.</summary>
    Task<SideSchema?> DescribeAsync(string objectType, CancellationToken cancellationToken);

    /// <summary>
    /// The objects there are, for people who named one that is not there: whether this connection may also read them is not told. None in a
    /// CRM that does not tell.
    /// </summary>
    Task<IReadOnlyList<ObjectName>> ListObjectsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ObjectName>>([]);

    /// <summary>
    /// The type of a path such as <c>Owner.Email</c>; null when it leads nowhere. Writable (<see cref="FieldSchema.Createable"/>,
    /// <see cref="FieldSchema.Updateable"/>) only where a related record can be told by this value and the field that refers to it be set: a
    /// write of the path then sets that field, null clears it, and a value that tells none, or more than one, is a rejected record of class
    /// <c>reference</c>. In a CRM with <see cref="Associations"/> a path may also be links (<see cref="Core.Mappings.Association.PathOf"/>): its
    /// value is the ids of the records linked, as a multi-pick-list.
    /// </summary>
    Task<FieldSchema?> DescribePathAsync(string objectType, string path, CancellationToken cancellationToken);

    /// <summary>
    /// What the key field of a mapping still needs, and makes what the API can make when asked to. Without <paramref name="creates"/> nothing
    /// is changed. A CRM that cannot make fields through its API only looks.
    /// </summary>
    /// <param name="objectType">Object type.</param>
    /// <param name="keyField">The field that is to carry the warehouse key.</param>
    /// <param name="creates">Whether what is missing may be made.</param>
    /// <param name="cancellationToken">Ends it.</param>
    async Task<KeyPreparation> PrepareAsync(string objectType, string keyField, bool creates, CancellationToken cancellationToken) =>
        KeyPreparation.Of(await DescribeAsync(objectType, cancellationToken), objectType, keyField);

    /// <summary>
    /// Everything that changed at or after <paramref name="since"/>, in pages: live, deleted and merged records. Null reads every
    /// record there is, deleted ones as far as the CRM still lists them. May over-report, never under-report what the CRM shows at that time.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadChangesAsync(CrmRead read, DateTimeOffset? since, CancellationToken cancellationToken);

    /// <summary>
    /// Whether, since everything was read last, the CRM's lists of news were cut off, so that only a read of everything shows what is gone. Asked
    /// after a read of changes.
    /// </summary>
    bool OwesFullRead(CrmRead read) => false;

    /// <summary>
    /// The records with these ids as they are now, by the id that was asked for. A record that was merged away comes back either as
    /// <see cref="CrmPresence.Merged"/> or under its winner's id; one that is purged is left out.
    /// </summary>
    Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>The live records that carry these warehouse keys, by key. A key on several records gives several.</summary>
    Task<ILookup<string, CrmRecord>> FindByKeyAsync(CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Brings to rest what an earlier life of this connection left under way on an object: work that never began is called off, work that did
    /// is waited for, a while. Asked before lost answers are judged.
    /// </summary>
    /// <returns>Whether nothing of it is under way any more; as long as something is, what a record holds tells nothing of its writes.</returns>
    Task<bool> RestAsync(string objectType, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>
    /// What happened to fields of these records, by record id, newest first, as far back as the CRM keeps it. Ids that lead nowhere are
    /// left out. Nothing at all from a CRM whose guard is not <see cref="EditGuard.History"/>.
    /// </summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> ReadHistoryAsync(
        CrmRead read, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken);

    /// <summary>
    /// Writes records, each by itself, in as few requests as the CRM allows; a batch that one record spoils is split until only that
    /// record is out. One result a write, in order. A lost answer gives <see cref="WriteOutcome.Unknown"/>, never a blind repeat of a
    /// write that could take effect twice.
    /// </summary>
    Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken);
}

/// <summary>What a CRM can do.</summary>
/// <param name="WriteBatch">Records a write request takes at most.</param>
/// <param name="Guard">How an edit is kept safe that happens between our look at a record and our write.</param>
public sealed record CrmTraits(int WriteBatch, EditGuard Guard)
{
    /// <summary>
    /// How old a record's last change must be, by the CRM's clock, for its version to be closed: reading it again any sooner is in vain. See
    /// <see cref="CrmRecord.VersionIsOpen"/>.
    /// </summary>
    public TimeSpan VersionSettles { get; init; }

    /// <summary>
    /// The ways by which writes go, the widest first. A write takes the first one that is for it and that there are enough writes of its kind
    /// for.
    /// </summary>
    public IReadOnlyList<CrmLane> Lanes { get; init; } = [new("batch", WriteBatch), new("batch", WriteBatch) { IsGuarded = true, CallsOnTop = 1 }];

    /// <summary>The way that so many writes of one kind go.</summary>
    public CrmLane LaneOf(bool isGuarded, long writes) =>
        Lanes.First(lane => lane.IsGuarded == isGuarded && (writes >= lane.Least || lane.Least == 1));

    /// <summary>Whether a record can be removed for good (<see cref="CrmWriteKind.Purge"/>).</summary>
    public bool Purges { get; init; }
}

/// <summary>How a CRM keeps an edit safe that happens between our look at a record and our write.</summary>
public enum EditGuard
{
    /// <summary>Not at all: such an edit is overwritten, and nobody can tell.</summary>
    None,

    /// <summary>A write can carry <see cref="CrmWrite.IfVersion"/> and is refused when the record moved.</summary>
    Condition,

    /// <summary>The edit is overwritten, but <see cref="ICrm.ReadHistoryAsync"/> shows it afterwards.</summary>
    History,
}

/// <summary>What to read of an object.</summary>
/// <param name="Object">Object type.</param>
/// <param name="KeyField">The field that carries the warehouse key.</param>
/// <param name="Fields">The fields and paths wanted, in the order in which values come back.</param>
public sealed record CrmRead(string Object, string KeyField, IReadOnlyList<FieldSchema> Fields);

/// <summary>Whether a record is there.</summary>
public enum CrmPresence
{
    /// <summary>It is there.</summary>
    Live,

    /// <summary>It is in the recycle bin or archived.</summary>
    Deleted,

    /// <summary>It was merged into another one.</summary>
    Merged,

    /// <summary>It was turned into records of other objects and cannot be written any more (<see cref="CrmRecord.ConvertedTo"/>).</summary>
    Converted,
}

/// <summary>One CRM record as read.</summary>
/// <param name="Id">Record id in its canonical form.</param>
/// <param name="Presence">Whether it is there.</param>
/// <param name="Version">When it was last changed, by the CRM's clock and in its resolution.</param>
/// <param name="Values">One value a field of <see cref="CrmRead.Fields"/>; <see cref="FieldValue.NotObserved"/> where the field is hidden.</param>
public sealed record CrmRecord(string Id, CrmPresence Presence, DateTimeOffset Version, FieldValue[] Values)
{
    private static readonly IReadOnlyDictionary<string, string> NoRecords = new Dictionary<string, string>();

    /// <summary>The warehouse key that the record carries, if any.</summary>
    public string? Key { get; init; }

    /// <summary>For a merged record: the id of the one that is left.</summary>
    public string? MergedInto { get; init; }

    /// <summary>For a converted record: what it was turned into, by object type; <c>Contact</c> and the id of the contact.</summary>
    public IReadOnlyDictionary<string, string> ConvertedTo { get; init; } = NoRecords;

    /// <summary>For a live record: the ids of those that were merged into it, as far as the CRM tells.</summary>
    public IReadOnlyList<string> MergedIds { get; init; } = [];

    /// <summary>Whether the last change of the record was made by this connection's own user or app. A hint only.</summary>
    public bool LastChangedByUs { get; init; }

    /// <summary>Who made the last change: a user id or source, for people.</summary>
    public string? LastChangedBy { get; init; }

    /// <summary>
    /// Whether another change could have the same <see cref="Version"/>, because the record was read so soon after its last change that the
    /// tick of the CRM's clock was not over, or what happened in it was not yet visible to every read. Such a version proves nothing as a
    /// condition; the same version read again later, when it is closed, does.
    /// </summary>
    public bool VersionIsOpen { get; init; }
}

/// <summary>One value that a field had.</summary>
/// <param name="Field">Name.</param>
/// <param name="Value">The value that it got.</param>
/// <param name="At">When, by the CRM's clock.</param>
/// <param name="ByUs">Whether this connection's own user or app gave it; null where the CRM does not tell, so that nothing can be concluded.</param>
/// <param name="Author">Who gave it: a user id or source, for people.</param>
public sealed record FieldEvent(string Field, FieldValue Value, DateTimeOffset At, bool? ByUs, string? Author)
{
    /// <summary>Whether a merge of records gave it: nobody chose the value then, it is as old as it was in the record that it came from.</summary>
    public bool ByMerge { get; init; }
}

/// <summary>News of one record.</summary>
/// <param name="Id">Record id.</param>
/// <param name="Version">When it was last changed.</param>
/// <param name="Record">The record itself where the CRM's list can be trusted for values; null where it must be read by id.</param>
public sealed record CrmChange(string Id, DateTimeOffset Version, CrmRecord? Record);

/// <summary>What to do with one CRM record.</summary>
public enum CrmWriteKind
{
    /// <summary>Create it through its unique key; a record that has the key already is updated instead.</summary>
    Upsert,

    /// <summary>Change fields of the record with this id.</summary>
    Update,

    /// <summary>Put it into the recycle bin.</summary>
    Archive,

    /// <summary>Delete it, recoverably where the CRM can.</summary>
    Delete,

    /// <summary>
    /// Remove it for good, past the recycle bin. Asked of a CRM with <see cref="CrmTraits.Purges"/> only; where that turns out to be
    /// forbidden the record is a rejected one and is not deleted some other way.
    /// </summary>
    Purge,
}

/// <summary>One field of a write.</summary>
/// <param name="Field">Name.</param>
/// <param name="Value">Null clears it.</param>
public sealed record CrmFieldWrite(string Field, FieldValue Value)
{
    /// <summary>
    /// Of a path of links: the ids of the records that were ours to link until now. Those that <see cref="Value"/> does not name any more are let
    /// go; links with any other record stay as they are. A write has paths of links or other fields, never both.
    /// </summary>
    public FieldValue Replaces { get; init; }
}

/// <summary>One record to write.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Trace">Unique in the batch, stable across repeats; ties results to rows where the CRM supports it.</param>
/// <param name="Id">Record id; null for an upsert.</param>
/// <param name="Key">The warehouse key; for an upsert, and for an update that also writes the key field.</param>
/// <param name="Fields">The fields to write, the key field left out.</param>
public sealed record CrmWrite(CrmWriteKind Kind, string Trace, string? Id, string? Key, IReadOnlyList<CrmFieldWrite> Fields)
{
    /// <summary>
    /// For an upsert: make a new record and leave one that carries the key already as it is. That one is then a rejected write of class
    /// <c>duplicate</c> with <see cref="CrmError.ExistingId"/> where the CRM tells it.
    /// </summary>
    public bool OnlyNew { get; init; }

    /// <summary>
    /// For an update under <see cref="EditGuard.Condition"/>: write only if the record still has this version, else
    /// <see cref="WriteOutcome.Moved"/>. Never fallen back from: a condition that cannot be checked is a rejected write.
    /// </summary>
    public DateTimeOffset? IfVersion { get; init; }
}

/// <summary>Records of one object to write.</summary>
/// <param name="Object">Object type.</param>
/// <param name="KeyField">The field that carries the warehouse key.</param>
/// <param name="Schema">The object's fields.</param>
/// <param name="Writes">What to write; at most one a record.</param>
/// <param name="SendBy">
/// By our clock. No request, no repeat of one either, leaves after it; what had no chance before comes back as
/// <see cref="WriteOutcome.Moved"/>, and so may what was not sent because the connection failed over other records. Recovery counts on it.
/// </param>
public sealed record CrmWriteBatch(string Object, string KeyField, SideSchema Schema, IReadOnlyList<CrmWrite> Writes, DateTimeOffset SendBy);

/// <summary>What became of one written record.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Id">Record id where known.</param>
public sealed record CrmWriteResult(WriteOutcome Outcome, string? Id)
{
    /// <summary>Whether the record is new.</summary>
    public bool Created { get; init; }

    /// <summary>What the CRM stored, by field, when its answer tells; null when it does not.</summary>
    public IReadOnlyDictionary<string, FieldValue>? Stored { get; init; }

    /// <summary>
    /// The record's version after the write, or a bound that it is not older than; lets a later, stale read be told from news.
    /// </summary>
    public DateTimeOffset? Version { get; init; }

    /// <summary>Why it was rejected.</summary>
    public CrmError? Error { get; init; }
}

/// <summary>When a rejected record is worth another attempt.</summary>
public enum RetryRule
{
    /// <summary>At once, once.</summary>
    Now,

    /// <summary>After a while.</summary>
    Later,

    /// <summary>When the row, the mapping or the CRM's set-up changed.</summary>
    AfterChange,

    /// <summary>Only when a person asks for it.</summary>
    Never,
}

/// <summary>Why a CRM rejected a record.</summary>
/// <param name="Class">
/// One lower-case word for people and machines: <c>validation</c>, <c>duplicate</c>, <c>reference</c>, <c>permission</c>, <c>schema</c>,
/// <c>lock</c>, <c>limit</c>, <c>state</c> or <c>unknown</c>.
/// </param>
/// <param name="Retry">When to try again.</param>
/// <param name="Code">The CRM's own code.</param>
/// <param name="Message">The CRM's own words.</param>
public sealed record CrmError(string Class, RetryRule Retry, string Code, string Message)
{
    /// <summary>The fields it names.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The id of the record that is in the way, when the error is about a duplicate.</summary>
    public string? ExistingId { get; init; }

    /// <summary>
    /// Whether <see cref="ExistingId"/> has a value that only one record may have and the write gives, so that it is the record meant; false
    /// where a rule of the CRM only finds the two alike.
    /// </summary>
    public bool IsSameRecord { get; init; }
}
