namespace ReverseEtl.Core.Planning;

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

    /// <summary>A write of ours replaced an edit that it had not seen; the edit can be put back.</summary>
    Overwritten,

    /// <summary>A field is changed back again and again; it is left alone until a person decides.</summary>
    Unstable,

    /// <summary>A column or CRM field of a line is gone, hidden or of another type; the line is parked.</summary>
    SchemaDrift,
}
