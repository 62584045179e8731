using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Keeps count of what a cycle does. Memory is bounded except in a dry run, whose product is the list itself.</summary>
public sealed class CycleBooks(bool dryRun)
{
    /// <summary>The most held records that are listed by name; all are counted.</summary>
    public const int MaxHeldListed = 1000;

    private readonly List<PlannedChange> _changes = [];
    private readonly Dictionary<string, string> _foreseen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _held = new(StringComparer.Ordinal);

    // Every held record, by hash, so that a million of them take little.
    private readonly HashSet<ulong> _heldKeys = [];
    private readonly HashSet<ulong> _touchedKeys = [];

    /// <summary>CRM records created.</summary>
    public long Created { get; set; }

    /// <summary>CRM records updated.</summary>
    public long Updated { get; set; }

    /// <summary>Records linked.</summary>
    public long Linked { get; set; }

    /// <summary>Records deleted or archived.</summary>
    public long Deleted { get; set; }

    /// <summary>Linked records that were written on either side or linked just now.</summary>
    public long Touched => _touchedKeys.Count;

    /// <summary>Warehouse rows written.</summary>
    public long Pulled { get; set; }

    /// <summary>CRM fields that were written over whatever was there, unseen.</summary>
    public long Unverified { get; set; }

    /// <summary>Losses recorded.</summary>
    public long Losses { get; set; }

    /// <summary>Pairs that looked settled but whose base did not fit what a full read showed.</summary>
    public long AuditFindings { get; set; }

    /// <summary>Why the guard halted the cycle; null when it did not.</summary>
    public string? Halt { get; set; }

    /// <summary>Calls that were made only to show people what is there now.</summary>
    public long DisplayCalls { get; set; }

    /// <summary>In a dry run: every write.</summary>
    public IReadOnlyList<PlannedChange> Changes => _changes;

    /// <summary>In a dry run: the CRM ids of rows that would be linked or get a record; an id of its own making for the latter.</summary>
    public IReadOnlyDictionary<string, string> Foreseen => _foreseen;

    /// <summary>Records held back.</summary>
    public IReadOnlyList<HeldRecord> HeldListed => [.. _held.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => new HeldRecord(h.Key, h.Value))];

    /// <summary>How many records are held back.</summary>
    public long Held => _heldKeys.Count;

    /// <summary>Notes a record that was written or linked; once a record.</summary>
    public void Touch(string key) => _touchedKeys.Add(Hash(key));

    /// <summary>Notes a record that is held back; once a record.</summary>
    public void Hold(string key, string reason)
    {
        if (_heldKeys.Add(Hash(key)) && _held.Count < MaxHeldListed)
        {
            _held[key] = reason;
        }
    }

    /// <summary>Takes a record off the list: what it waited for came.</summary>
    public void Release(string key)
    {
        _heldKeys.Remove(Hash(key));
        _held.Remove(key);
    }

    /// <summary>Fills in what is there now, for fields that the decision did not need to see.</summary>
    internal void Show(int index, Func<string, FieldValue> now) =>
        _changes[index] = _changes[index] with
        {
            Fields = [.. _changes[index].Fields.Select(f => f.Before.State is ValueState.Unmoved ? f with { Before = now(f.Field) } : f)],
        };

    internal void Foresee(string key, string crmId)
    {
        if (dryRun)
        {
            _foreseen[key] = crmId;
        }
    }

    /// <summary>In a dry run, what would be rejected without being sent is told with what is held; else the rejects are a list of their own.</summary>
    internal void Refuse(string key, string reason)
    {
        if (dryRun)
        {
            Hold(key, $"rejected: {reason}");
        }
    }

    internal void Plan(string key, string? crmId, Side side, RecordAction action, IEnumerable<PlannedField> fields)
    {
        if (!dryRun)
        {
            return;
        }

        var list = fields.ToList();
        var clears = action is RecordAction.Update && list.Count > 0 && list.TrueForAll(f => f.After.State is ValueState.Null);
        _changes.Add(new PlannedChange(key, crmId, side, clears ? "clear" : action.ToString().ToLowerInvariant(), list));
    }

    private static ulong Hash(string key) => (ulong)Fingerprint.OfText(key).Bits;
}
