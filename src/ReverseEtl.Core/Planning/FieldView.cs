using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>Everything known about one field of one pair at the moment of planning.</summary>
public readonly record struct FieldView
{
    // Apart, because nearly no field has one and there is a view of every field of every record in hand.
    private readonly DoubtedBase? _inDoubt;

    /// <summary>The base, or null when nothing was ever agreed.</summary>
    public FieldBase? Base { get; init; }

    /// <summary>The warehouse's value now.</summary>
    public FieldValue Warehouse { get; init; }

    /// <summary>The CRM's value now.</summary>
    public FieldValue Crm { get; init; }

    /// <summary>
    /// <see cref="Warehouse"/> as the CRM would hold it: the same text, or for references the partner's record id. Not observed when
    /// the partner is not linked yet.
    /// </summary>
    public FieldValue WarehouseAsCrm { get; init; }

    /// <summary><see cref="Crm"/> as the warehouse would hold it, likewise.</summary>
    public FieldValue CrmAsWarehouse { get; init; }

    /// <summary>Whether the CRM record was last changed by this connection. Used only to tell our own spelling from an edit.</summary>
    public bool LastChangedByUs { get; init; }

    /// <summary>When the warehouse's value changed, as far as known.</summary>
    public DateTimeOffset? WarehouseAt { get; init; }

    /// <summary>When the CRM's value changed, as far as known: at the latest when its record did.</summary>
    public DateTimeOffset? CrmAt { get; init; }

    /// <summary>Whether the field was taken back so often of late that the next write of the kind is left to a person (<see cref="Turns"/>).</summary>
    public bool IsSpent { get; init; }

    /// <summary>A base that is not believed any more. It decides nothing, but a fight over the field goes on through it.</summary>
    public FieldBase? InDoubt
    {
        get => _inDoubt?.Base;
        init => _inDoubt = value is { } doubted ? new DoubtedBase(doubted) : null;
    }

    /// <summary>The question about this field that is open.</summary>
    public OpenQuestion? Question { get; init; }

    /// <summary>
    /// The same with a base that may be older than what was done since: it stands where both sides stand at it, or wait for the echo of a
    /// landed value; else nothing is known to have been agreed. Proves something only with both sides in sight.
    /// </summary>
    public FieldView Doubted(FieldRule rule)
    {
        var moved = Movement.Of(rule, this);
        var stands = moved is { Warehouse: false, Spelled: false } && (!moved.Crm || moved.Landed);
        return stands ? this : this with { Base = null, InDoubt = Base };
    }

    private sealed record DoubtedBase(FieldBase Base);
}

/// <summary>A question about a field that a person has not answered yet, or whose answer is not carried out yet.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Warehouse">The warehouse's value when it was asked.</param>
/// <param name="Crm">The CRM's value when it was asked.</param>
/// <param name="Answer">The answer, if given.</param>
public sealed record OpenQuestion(ConflictKind Kind, FieldValue Warehouse, FieldValue Crm, Resolution? Answer);
