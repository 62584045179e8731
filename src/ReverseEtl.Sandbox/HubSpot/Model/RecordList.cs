namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A list of records ("segment"): members are put in by hand, or chosen by filters that the sandbox does not run.</summary>
internal sealed class RecordList(long id, string name, string objectTypeId, string processingType, DateTimeOffset createdAt)
{
    public long Id { get; } = id;

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
