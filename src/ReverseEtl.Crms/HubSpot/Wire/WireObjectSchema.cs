using System.Text.Json.Serialization;
using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>An object that the account defined itself.</summary>
internal sealed record WireObjectSchema
{
    /// <summary>The name that paths take: that of the account in front, <c>p4242_subscription</c>.</summary>
    public string? FullyQualifiedName { get; init; }

    public string? Name { get; init; }

    public string? ObjectTypeId { get; init; }

    public WireObjectLabels? Labels { get; init; }

    public bool? Archived { get; init; }

    /// <summary>What people call it; null when it has no name that a path takes.</summary>
    [JsonIgnore]
    public ObjectName? Shown => (FullyQualifiedName ?? ObjectTypeId) is { } name
        ? new ObjectName(name, [.. Words.OfType<string>().Where(word => word != name)])
        : null;

    private string?[] Words => [Name, ObjectTypeId, Labels?.Singular, Labels?.Plural];
}

/// <summary>What people see it called.</summary>
internal sealed record WireObjectLabels(string? Singular, string? Plural);

/// <summary>The answer to a list of them.</summary>
internal sealed record WireObjectSchemas(List<WireObjectSchema>? Results);
