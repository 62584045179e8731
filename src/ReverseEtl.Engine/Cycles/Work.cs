using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>One pair on its way through a batch: what is known of it, then what was decided.</summary>
internal sealed class Work(Pair pair)
{
    /// <summary>The pair as it is to be stored if nothing else happens.</summary>
    public Pair Pair { get; set; } = pair;

    public string Key => Pair.Key;

    /// <summary>The row, when it was read and is there.</summary>
    public WarehouseRow? Row { get; private set; }

    public Presence RowPresence { get; private set; } = Presence.Unread;

    /// <summary>The CRM record, when it was read and is there.</summary>
    public CrmRecord? Record { get; private set; }

    public Presence RecordPresence { get; private set; } = Presence.Unread;

    /// <summary>The two records found each other in this cycle; the pair is not stored yet.</summary>
    public bool IsNewLink { get; init; }

    /// <summary>
    /// When fields of the record took their values, by the field's index in the mapping, as far as a history told; null while nobody looked. A
    /// null time: nobody chose the value at a moment that is known.
    /// </summary>
    public IReadOnlyDictionary<int, DateTimeOffset?>? CrmTimes { get; set; }

    /// <summary>The row has no partner; one is created for it, and the pair is not stored yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>The record was looked at once more, from both sides, after it was first seen missing: only now may a deletion follow.</summary>
    public bool IsRevisited { get; init; }

    /// <summary>The row is back, and its record may still say that it is out of use (<see cref="ArchiveField"/>).</summary>
    public bool Revives { get; set; }

    /// <summary>Why nothing may be concluded about the record in this cycle; null when it may be planned.</summary>
    public string? Held { get; set; }

    /// <summary>The pair changed its CRM record or was taken up again; it is stored even if nothing is written.</summary>
    public List<(string Action, string Rule)> Events { get; } = [];

    public List<long> Marks { get; } = [];

    public IReadOnlyList<Conflict> Conflicts { get; set; } = [];

    public IReadOnlyList<Reject> Rejects { get; set; } = [];

    public Dictionary<Side, Tombstone> Tombstones { get; } = [];

    public RecordDecision Decision { get; set; } = new(RecordStep.None, "not planned");

    public IReadOnlyList<FieldView> Views { get; set; } = [];

    public Work With(WarehouseRow? row)
    {
        Row = row;
        RowPresence = row is null ? Presence.Missing : Presence.Present;
        return this;
    }

    /// <summary>Sets what was read; a record in the recycle bin is a missing one.</summary>
    public Work With(CrmRecord? record)
    {
        Record = record?.Presence is CrmPresence.Live ? record : null;
        CrmTimes = null;
        RecordPresence = record?.Presence switch
        {
            CrmPresence.Live => Presence.Present,
            CrmPresence.Converted => Presence.Converted,
            _ => Presence.Missing,
        };
        if (record is { Presence: CrmPresence.Converted } converted && Pair.State is PairState.Linked && Events.TrueForAll(e => e.Action != "convert"))
        {
            Events.Add(("convert", $"it became {string.Join(", ", converted.ConvertedTo.Select(to => $"{to.Key} {to.Value}").Order(StringComparer.Ordinal))}"));
        }

        return this;
    }

    public Reject? StandingReject(Side side) => Rejects.FirstOrDefault(r => r.Side == side);

    public Conflict? Question(string? field)
    {
        // Asked for every field of every record; nearly none has any.
        foreach (var conflict in Conflicts)
        {
            if (conflict.Field == field)
            {
                return conflict;
            }
        }

        return null;
    }
}
