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

/// <summary>How records of the CRM may be written at all.</summary>
public enum WriteMode
{
    /// <summary>Records are created and updated.</summary>
    Upsert,

    /// <summary>Records are created; what is there is never updated.</summary>
    CreateOnly,

    /// <summary>Records that are there are updated; none is ever created.</summary>
    UpdateOnly,

    /// <summary>Records are created and updated, and those that we created go when their row has left the warehouse.</summary>
    Mirror,
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

    /// <summary>The CRM record is removed for good, past the recycle bin. Nobody can bring it back.</summary>
    PurgeIrrecoverably,
}

/// <summary>A field that says that a record is out of use, in the place of the recycle bin.</summary>
/// <param name="Field">CRM field.</param>
/// <param name="Value">What it then holds.</param>
/// <param name="Restore">What it holds again when the row comes back; null for nothing.</param>
public sealed record ArchiveField(string Field, string Value, string? Restore);

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
    /// <summary>How the CRM may be written at all; <c>crm.mode</c> of the file.</summary>
    public WriteMode Mode { get; init; }

    /// <summary>A row without a partner.</summary>
    public NewRecord NewInWarehouse { get; init; } = NewRecord.Create;

    /// <summary>A CRM record without a partner.</summary>
    public NewRecord NewInCrm { get; init; } = NewRecord.Ignore;

    /// <summary>A linked row has left the warehouse.</summary>
    public GoneFromWarehouse GoneFromWarehouse { get; init; } = GoneFromWarehouse.Keep;

    /// <summary>For <see cref="GoneFromWarehouse.Archive"/>: the field that is written; null for the recycle bin.</summary>
    public ArchiveField? Archive { get; init; }

    /// <summary>Whether a row that leaves the warehouse takes its CRM record out of use.</summary>
    public bool Destroys => GoneFromWarehouse is GoneFromWarehouse.Archive or GoneFromWarehouse.Delete or GoneFromWarehouse.PurgeIrrecoverably;

    /// <summary>Whether a record may be created in the CRM.</summary>
    public bool Creates => Mode is not WriteMode.UpdateOnly;

    /// <summary>A linked CRM record was deleted.</summary>
    public GoneFromCrm GoneFromCrm { get; init; } = GoneFromCrm.Keep;

    /// <summary>More than one partner was found.</summary>
    public AmbiguousMatch AmbiguousMatch { get; init; } = AmbiguousMatch.Review;
}
