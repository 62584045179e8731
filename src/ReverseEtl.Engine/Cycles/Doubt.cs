using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>A write whose outcome is not known, and what a fresh look tells of it.</summary>
/// <param name="Intent">The journal entry.</param>
/// <param name="Pair">The pair that it was decided for; null when that is no more, or is another one by now.</param>
/// <param name="Record">The CRM record; null when it was not found.</param>
/// <param name="Step">What to do.</param>
internal sealed record Doubt(Intent Intent, Pair? Pair, CrmRecord? Record, RecoveryStep Step)
{
    /// <summary>Whether the key is only reserved for the record that the write was to create.</summary>
    public bool IsReserved { get; init; }

    /// <summary>For a write in the warehouse: the row; null when it is not there.</summary>
    public WarehouseRow? Row { get; init; }

    /// <summary>What became of the record since the decision.</summary>
    public Sight Sight => Look(Intent, Record);

    /// <summary>Whether something was written to the record since the decision, by whomever.</summary>
    public bool HasMoved => Sight is Sight.ChangedByUs or Sight.ChangedByOthers;

    /// <summary>Whether the record was deleted since the decision; its history is still there.</summary>
    public bool IsInBin => Record is { Presence: CrmPresence.Deleted } && Record.Id == Intent.CrmId;

    /// <summary>What a fresh look shows. A record that was merged away is not there: the one that is left had other values.</summary>
    public static Sight Look(Intent intent, CrmRecord? record) => record switch
    {
        null or { Presence: not CrmPresence.Live } => Sight.NotThere,
        _ when intent.Action is RecordAction.Create => record.LastChangedByUs ? Sight.ChangedByUs : Sight.ChangedByOthers,
        _ when record.Id != intent.CrmId => Sight.NotThere,
        _ when record.Version <= intent.SeenVersion => Sight.SameVersion,
        { LastChangedByUs: true } => Sight.ChangedByUs,
        _ => Sight.ChangedByOthers,
    };
}
