using System.Text.Json.Serialization;

namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>One entry of a property's history.</summary>
internal sealed record WireVersion
{
    /// <summary>What stands before a user's id in <see cref="SourceId"/>.</summary>
    public const string PersonPrefix = "userId:";

    public string? Value { get; init; }

    public string? Timestamp { get; init; }

    /// <summary>E.g. <c>INTEGRATION</c>, <c>CRM_UI</c>, <c>IMPORT</c>; an open list.</summary>
    public string? SourceType { get; init; }

    /// <summary>The app's id for an integration, <c>userId:n</c> for a person.</summary>
    public string? SourceId { get; init; }

    public string? UpdatedByUserId { get; init; }

    /// <summary>Whether a person did it.</summary>
    [JsonIgnore]
    public bool IsByPerson => SourceId?.StartsWith(PersonPrefix, StringComparison.Ordinal) is true;

    /// <summary>Whether a program did it through the API: <c>INTEGRATION</c>, <c>INTEGRATIONS_PLATFORM</c>, <c>API</c>.</summary>
    [JsonIgnore]
    public bool IsByApi => !IsByPerson && (SourceType is "API" || SourceType?.StartsWith("INTEGRATION", StringComparison.Ordinal) is true);

    /// <summary>Whether it came along with a merge (<c>MERGE_OBJECTS</c>, <c>MERGE_CONTACTS</c>, …), whoever merged.</summary>
    [JsonIgnore]
    public bool IsByMerge => SourceType?.StartsWith("MERGE", StringComparison.Ordinal) is true;
}
