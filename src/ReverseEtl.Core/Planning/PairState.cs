namespace ReverseEtl.Core.Planning;

/// <summary>Where a pair stands.</summary>
public enum PairState : byte
{
    /// <summary>Both records are known and kept in step.</summary>
    Linked = 1,

    /// <summary>The CRM record is being created; its id is not known yet.</summary>
    CreatingCrm = 2,

    /// <summary>The row has left the warehouse; the CRM record is no longer kept in step.</summary>
    GoneFromWarehouse = 3,

    /// <summary>The CRM record was deleted; the row is no longer kept in step.</summary>
    GoneFromCrm = 4,

    /// <summary>A merge in the CRM put two rows on one record; nothing is written until one of them is chosen.</summary>
    Duplicate = 5,
}
