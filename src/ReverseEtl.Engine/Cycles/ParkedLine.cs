using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// A line of a mapping that a side cannot follow any more: its column or CRM field was deleted, renamed, retyped or hidden. Nothing of it is
/// read, written or believed, its base stays, and it goes on by itself when what it needs is back.
/// </summary>
/// <param name="Field">Its number in the mapping, from 0.</param>
/// <param name="Column">The column.</param>
/// <param name="CrmField">The CRM field.</param>
/// <param name="Reason">What is wrong, one sentence for a person.</param>
/// <param name="Mend">What the line could name instead; null when nothing comes near.</param>
public sealed record ParkedLine(int Field, string Column, string CrmField, string Reason, string? Mend)
{
    /// <summary>What the two sides are now; null where a side has no such field.</summary>
    public LineKinds Now { get; init; } = new(null, null);

    /// <summary>Reason and mend in one sentence.</summary>
    public string Words => Mend is null ? Reason : $"{Reason.TrimEnd('.')}; did you mean '{Mend}'?";
}
