namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A list of records ("segment"): members are put in by hand, or chosen by filters that the sandbox does not run.</summary>
internal sealed class RecordList(long id, string name, string objectTypeId, string processingType, DateTimeOffset createdAt)
{
    /// <summary>The pages that people see call every list by another number.</summary>
    private const long LegacyGap = 600;

    public long Id { get; } = id;

    /// <summary>The id in HubSpot's pages and in the legacy API.</summary>
    public long LegacyId => Id - LegacyGap;

    public string Name { get; set; } = name;

    public string ObjectTypeId { get; } = objectTypeId;

    /// <summary><c>MANUAL</c>, <c>SNAPSHOT</c> or <c>DYNAMIC</c>.</summary>
    public string ProcessingType { get; } = processingType;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Since when each record is a member.</summary>
    public SortedDictionary<long, DateTimeOffset> Members { get; } = [];
}
