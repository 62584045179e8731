using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.Ports;

/// <summary>What the two ends of a mapped field are; null where a side has no such field.</summary>
/// <param name="Warehouse">The column's kind.</param>
/// <param name="Crm">The CRM field's kind.</param>
public sealed record LineKinds(FieldKind? Warehouse, FieldKind? Crm);

/// <summary>What the state remembers of a line that ran.</summary>
/// <param name="Warehouse">Column.</param>
/// <param name="Crm">CRM field.</param>
/// <param name="Print">Fingerprint of the line as it ran last; see <see cref="PrintOf"/>.</param>
/// <param name="Kinds">What its two ends were then.</param>
public sealed record LineMemory(string Warehouse, string Crm, Fingerprint Print, LineKinds Kinds)
{
    /// <summary>The open question about the line; 0 when there is none.</summary>
    public long Question { get; init; }

    /// <summary>What a person agreed that the two ends may be from now on; null when nobody was asked or nobody answered.</summary>
    public LineKinds? Agreed { get; init; }

    /// <summary>The fingerprint of a line as it stands in the file.</summary>
    public static Fingerprint PrintOf(FieldMapping line) => Fingerprint.OfText(line.ToString());
}

/// <summary>A line as it runs now, to be remembered.</summary>
/// <param name="Print">Fingerprint of the line.</param>
/// <param name="Kinds">What its two ends are.</param>
public sealed record LiveLine(Fingerprint Print, LineKinds Kinds);
