namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>One event of a webhook call. Ids are numbers there. Captures say <c>subscriptionType</c>, the documentation <c>eventType</c>.</summary>
internal sealed record WireEvent
{
    public string? SubscriptionType { get; init; }

    public string? EventType { get; init; }

    public string? PortalId { get; init; }

    public string? ObjectId { get; init; }

    /// <summary>With <c>object.*</c> events.</summary>
    public string? ObjectTypeId { get; init; }

    public string? PrimaryObjectId { get; init; }

    public List<string?>? MergedObjectIds { get; init; }

    public string? NewObjectId { get; init; }

    public string? FromObjectId { get; init; }

    public string? ToObjectId { get; init; }

    /// <summary>e.g. <c>CONTACT_TO_COMPANY</c>.</summary>
    public string? AssociationType { get; init; }
}
