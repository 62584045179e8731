using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.State;

/// <summary>What a person must decide.</summary>
public enum ConflictKind
{
    /// <summary>Both sides of a shared field moved from the base to different values.</summary>
    Field,

    /// <summary>Two records were linked and a shared field differs.</summary>
    Seed,

    /// <summary>The side that does not own a field changed it and the rule is to flag that.</summary>
    Drift,

    /// <summary>One side deleted the record while the other edited it.</summary>
    DeleteVsEdit,

    /// <summary>The row left the warehouse and the rule is review.</summary>
    GoneFromWarehouse,

    /// <summary>The record was deleted in the CRM and the rule is review.</summary>
    GoneFromCrm,

    /// <summary>More than one partner was found.</summary>
    Match,

    /// <summary>A row without a partner and the rule is review.</summary>
    NewInWarehouse,

    /// <summary>A CRM record without a partner and the rule is review.</summary>
    NewInCrm,

    /// <summary>A merge in the CRM put two rows on one record.</summary>
    Duplicate,
}

/// <summary>How a person decided.</summary>
public enum ResolutionChoice
{
    /// <summary>Take the warehouse's side.</summary>
    Warehouse,

    /// <summary>Take the CRM's side.</summary>
    Crm,

    /// <summary>Take the given value on both sides; for a match: the CRM id to link.</summary>
    Value,

    /// <summary>Leave both as they are and take that as agreed.</summary>
    Ignore,
}

/// <summary>A decision waiting to be carried out.</summary>
/// <param name="Choice">Which side.</param>
/// <param name="Value">For <see cref="ResolutionChoice.Value"/>.</param>
/// <param name="By">Who decided.</param>
public sealed record Resolution(ResolutionChoice Choice, string? Value, string By);

/// <summary>A question to a person about one field or record.</summary>
/// <param name="Kind">What must be decided.</param>
/// <param name="Key">Warehouse key; null when there is no row.</param>
/// <param name="CrmId">CRM id; null when there is no record.</param>
/// <param name="Field">The CRM field's name; null when the question is about the record.</param>
/// <param name="BaseWarehouse">The warehouse half of the base, <see cref="FieldValue.NotObserved"/> when there is none.</param>
/// <param name="BaseCrm">The CRM half.</param>
/// <param name="Warehouse">The warehouse's value now; for a match: nothing.</param>
/// <param name="Crm">The CRM's value now; for a match: the candidates' ids joined by <c>;</c>.</param>
public sealed record Conflict(
    ConflictKind Kind,
    string? Key,
    string? CrmId,
    string? Field,
    FieldValue BaseWarehouse,
    FieldValue BaseCrm,
    FieldValue Warehouse,
    FieldValue Crm)
{
    /// <summary>Given by the state; 0 for a new one. (Mapping, kind, key, CRM id, field) is unique among open conflicts.</summary>
    public long Id { get; init; }

    /// <summary>When it was opened.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>A decision that is not carried out yet.</summary>
    public Resolution? Resolution { get; init; }
}
