namespace ReverseEtl.Core.Planning;

/// <summary>What is done to a whole record.</summary>
public enum RecordAction
{
    /// <summary>A new record is made.</summary>
    Create,

    /// <summary>Fields are changed.</summary>
    Update,

    /// <summary>Two records are linked; the CRM record gets our key.</summary>
    Link,

    /// <summary>The record goes to the recycle bin.</summary>
    Archive,

    /// <summary>The record is deleted.</summary>
    Delete,

    /// <summary>The record is removed for good.</summary>
    Purge,
}
