using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>A resource that writes records.</summary>
/// <param name="Path">What follows the object type.</param>
/// <param name="MostRows">Records of one request.</param>
/// <param name="Repeats">Whether it has the same effect once or twice.</param>
internal sealed record WriteOperation(string Path, int MostRows, bool Repeats)
{
    /// <summary>Creates by a unique key or updates what has it.</summary>
    public static readonly WriteOperation Upsert = new("batch/upsert", HubSpotReader.BatchSize, true);

    /// <summary>
    /// Creates and nothing else. Sent twice it is refused the second time as a duplicate of itself, which looks like somebody else's
    /// record: a lost answer stays unknown.
    /// </summary>
    public static readonly WriteOperation Create = new("batch/create", HubSpotReader.BatchSize, false);

    /// <summary>Changes by id.</summary>
    public static readonly WriteOperation Update = new("batch/update", HubSpotReader.BatchSize, true);

    /// <summary>Puts into the recycle bin.</summary>
    public static readonly WriteOperation Archive = new("batch/archive", HubSpotReader.BatchSize, true);

    /// <summary>Removes a person for good (GDPR delete); contacts only, one a request.</summary>
    public static readonly WriteOperation Purge = new("gdpr-delete", 1, true);

    /// <summary>The operation for a write.</summary>
    public static WriteOperation Of(CrmWrite write) => write.Kind switch
    {
        CrmWriteKind.Upsert => write.OnlyNew ? Create : Upsert,
        CrmWriteKind.Update => Update,
        CrmWriteKind.Archive or CrmWriteKind.Delete => Archive,
        CrmWriteKind.Purge => Purge,
        _ => throw new ArgumentOutOfRangeException(nameof(write), write.Kind, "Unknown kind of write."),
    };

    /// <summary>Whether what is gone already is all that it wants.</summary>
    public bool Removes => this == Archive || this == Purge;
}
