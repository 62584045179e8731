using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>A record and the states of it that are still visible to somebody.</summary>
internal sealed class SfRecord(ObjectType type, string id, RowVersion latest)
{
    public ObjectType Type { get; } = type;

    /// <summary>18 characters.</summary>
    public string Id { get; } = id;

    /// <summary>The newest state, committed or not.</summary>
    public RowVersion Latest { get; set; } = latest;

    public bool IsDeleted => Latest.IsDeleted(Type);

    /// <summary>What a read by id sees, or null while the creating transaction is open.</summary>
    public RowVersion? Committed(DateTimeOffset now)
    {
        var version = Latest;
        while (version is not null && version.CommittedAt > now)
        {
            version = version.Older;
        }

        return version;
    }

    /// <summary>What a query sees, or null.</summary>
    public RowVersion? Visible(DateTimeOffset now)
    {
        var version = Latest;
        while (version is not null && version.VisibleAt > now)
        {
            version = version.Older;
        }

        return version;
    }
}
