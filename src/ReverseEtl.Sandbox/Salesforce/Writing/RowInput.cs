using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>A parent named by its external id instead of its record id (reference §3.2).</summary>
/// <param name="Field">The reference field to be set.</param>
/// <param name="Parent">The parent object.</param>
/// <param name="Key">Its lookup field.</param>
/// <param name="Value">The value looked for.</param>
internal sealed record ParentKey(FieldDefinition Field, ObjectType Parent, FieldDefinition Key, string Value);

/// <summary>A record body, readable but not yet checked against the org.</summary>
/// <param name="Type">The object.</param>
/// <param name="Source">Makes the body as it came.</param>
/// <param name="Values">Fields to set, typed but not normalized.</param>
/// <param name="Parents">References by external id.</param>
/// <param name="Id">The body's Id as text; null when absent or null.</param>
/// <param name="HasId">Whether the body has an Id member at all.</param>
internal sealed record RowInput(
    ObjectType Type,
    Func<JsonObject> Source,
    IReadOnlyList<(FieldDefinition Field, object? Value)> Values,
    IReadOnlyList<ParentKey> Parents,
    string? Id,
    bool HasId)
{
    /// <summary>Why the body could not be read; null for one that could.</summary>
    public SalesforceException? Unreadable { get; init; }
}
