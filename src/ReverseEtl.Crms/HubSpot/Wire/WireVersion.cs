namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>One entry of a property's history.</summary>
internal sealed record WireVersion
{
    public string? Value { get; init; }

    public string? Timestamp { get; init; }

    /// <summary>E.g. <c>INTEGRATION</c>, <c>CRM_UI</c>, <c>IMPORT</c>; an open list.</summary>
    public string? SourceType { get; init; }

    /// <summary>The app's id for an integration, <c>userId:n</c> for a person.</summary>
    public string? SourceId { get; init; }

    public string? UpdatedByUserId { get; init; }
}
