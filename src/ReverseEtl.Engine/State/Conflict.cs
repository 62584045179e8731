using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.State;

/// <summary>A question to a person about one field or record.</summary>
/// <param name="Kind">What must be decided.</param>
/// <param name="Key">Warehouse key; null when there is no row.</param>
/// <param name="CrmId">CRM id; null when there is no record.</param>
/// <param name="Field">The CRM field's name; null when the question is about the record.</param>
/// <param name="BaseWarehouse">The warehouse half of the base, <see cref="FieldValue.NotObserved"/> when there is none.</param>
/// <param name="BaseCrm">The CRM half.</param>
/// <param name="Warehouse">
/// The warehouse's value now; for a match: nothing; for a record that is gone from a side: the row's fingerprint when it was asked about.
/// </param>
/// <param name="Crm">
/// The CRM's value now; for an overwritten edit: the edit; for a match: the candidates' ids joined by <c>;</c>; for a record that is gone from
/// a side: the record's fingerprint.
/// </param>
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

    /// <summary>Whether the values are fingerprints of the two sides, absent where the record is gone, and nothing for people to read.</summary>
    public bool ShowsSights => Kind is ConflictKind.DeleteVsEdit or ConflictKind.GoneFromWarehouse or ConflictKind.GoneFromCrm;

    /// <summary>When it was opened.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>A decision that is not carried out yet.</summary>
    public Resolution? Resolution { get; init; }
}
