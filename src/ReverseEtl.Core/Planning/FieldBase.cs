namespace ReverseEtl.Core.Planning;

/// <summary>Why two values are held to correspond.</summary>
public enum BaseOrigin : byte
{
    /// <summary>One was written for the other and the other side said what it stored.</summary>
    Receipt = 1,

    /// <summary>They mean the same.</summary>
    Equal = 2,

    /// <summary>A rule took them as they were.</summary>
    Adopted = 3,

    /// <summary>A person decided.</summary>
    Resolved = 4,

    /// <summary>
    /// The warehouse value was sent and accepted, but what the CRM stored was not seen yet; the CRM half is what was sent. If the
    /// next look shows something else and the last author is us, that is how the CRM spells our value. Only the first look counts:
    /// once the value was seen, a base that stays must become <see cref="Receipt"/> before the record is written again.
    /// </summary>
    Sent = 5,
}

/// <summary>The base of one field: the two values last seen to correspond. Never one shared value.</summary>
/// <param name="Warehouse">The warehouse half.</param>
/// <param name="Crm">The CRM half.</param>
/// <param name="Origin">Why they correspond.</param>
public readonly record struct FieldBase(Half Warehouse, Half Crm, BaseOrigin Origin)
{
    /// <summary>
    /// The CRM value that was put into the landing table and has not come back through the model yet. While it stands, neither is
    /// the old warehouse value pushed nor the same CRM value landed again. The warehouse half is then what the model showed when the
    /// value was landed; the CRM half stays what it was.
    /// </summary>
    public Half? Landed { get; init; }

    /// <summary>What is remembered of a fight over the field; null for nothing.</summary>
    public Turns? Turns { get; init; }
}
