using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>A mapped field with the types of both sides: all that the planner needs to know of it.</summary>
/// <param name="Mapping">The line of the mapping file.</param>
/// <param name="WarehouseType">The column's type.</param>
/// <param name="CrmType">The CRM field's type.</param>
/// <param name="Lands">Whether pulled values go to a landing table, so that the column itself changes later or never.</param>
public sealed record FieldRule(FieldMapping Mapping, FieldType WarehouseType, FieldType CrmType, bool Lands)
{
    /// <summary>Who may change the field.</summary>
    public FieldOwner Owner => Mapping.Owner;

    /// <summary>
    /// Whether a side cannot follow the line now (its column or field is gone, hidden or something else than it was). Nothing is then concluded
    /// or written, and what was agreed stays agreed.
    /// </summary>
    public bool IsParked { get; init; }

    /// <summary>
    /// Whether the CRM field is written when its record is created and never again, so that nothing is to be decided about it once there is one.
    /// </summary>
    public bool IsCreateOnly { get; init; }

    /// <summary>Whether the CRM may be written.</summary>
    public bool MayPush => Owner is not FieldOwner.Crm;

    /// <summary>Whether the warehouse may be written.</summary>
    public bool MayPull => Owner is not FieldOwner.Warehouse;

    /// <summary>Whether the CRM side is links to other records.</summary>
    public bool IsLink => Mapping.Association is not null;

    /// <summary>Keeps a warehouse half: the value for shared fields and for links, its hash for other fields with one owner.</summary>
    public Half WarehouseHalf(FieldValue value) => KeepsValues ? Half.Keep(value) : Half.HashOf(WarehouseType, value);

    /// <summary>Keeps a CRM half likewise.</summary>
    public Half CrmHalf(FieldValue value) => KeepsValues ? Half.Keep(value) : Half.HashOf(CrmType, value);

    /// <summary>Keeps both halves of values that correspond. Where both sides say the same, that is hashed once.</summary>
    public (Half Warehouse, Half Crm) Halves(FieldValue warehouse, FieldValue crm)
    {
        var (half, canon) = (WarehouseHalf(warehouse), WarehouseType.Canon(warehouse));
        return (half, !KeepsValues && canon == CrmType.Canon(crm) ? half : CrmHalf(crm));
    }

    // Which links were ours can be told only by their ids.
    private bool KeepsValues => Owner is FieldOwner.Shared || IsLink;
}
