namespace ReverseEtl.Core.Mappings;

/// <summary>What happens to a record that one side has and the other never had.</summary>
public enum NewRecord
{
    /// <summary>It is created on the other side.</summary>
    Create,

    /// <summary>It is left alone.</summary>
    Ignore,

    /// <summary>A person decides.</summary>
    Review,
}

/// <summary>What happens in the CRM when a row has left the warehouse.</summary>
public enum GoneFromWarehouse
{
    /// <summary>The CRM record stays as it is and is no longer kept in step.</summary>
    Keep,

    /// <summary>The CRM record goes to the recycle bin.</summary>
    Archive,

    /// <summary>The CRM record is deleted, recoverably where the CRM can.</summary>
    Delete,

    /// <summary>A person decides.</summary>
    Review,
}

/// <summary>What happens in the warehouse when a record was deleted in the CRM.</summary>
public enum GoneFromCrm
{
    /// <summary>The row stays and is no longer kept in step.</summary>
    Keep,

    /// <summary>The record is created in the CRM again.</summary>
    Recreate,

    /// <summary>The row is deleted where the mapping may write.</summary>
    Delete,

    /// <summary>A person decides.</summary>
    Review,
}

/// <summary>What happens when a match rule finds more than one partner.</summary>
public enum AmbiguousMatch
{
    /// <summary>A person decides.</summary>
    Review,

    /// <summary>The row is left alone.</summary>
    Ignore,
}

/// <summary>Rules for whole records.</summary>
public sealed record RecordRules
{
    /// <summary>A row without a partner.</summary>
    public NewRecord NewInWarehouse { get; init; } = NewRecord.Create;

    /// <summary>A CRM record without a partner.</summary>
    public NewRecord NewInCrm { get; init; } = NewRecord.Ignore;

    /// <summary>A linked row has left the warehouse.</summary>
    public GoneFromWarehouse GoneFromWarehouse { get; init; } = GoneFromWarehouse.Keep;

    /// <summary>A linked CRM record was deleted.</summary>
    public GoneFromCrm GoneFromCrm { get; init; } = GoneFromCrm.Keep;

    /// <summary>More than one partner was found.</summary>
    public AmbiguousMatch AmbiguousMatch { get; init; } = AmbiguousMatch.Review;
}
