using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One property value that HubSpot does not take.</summary>
internal sealed record PropertyError(string Property, string Code, string Message)
{
    /// <summary>A unique value that another record has.</summary>
    public const string ConflictCode = "CONFLICTING_UNIQUE_VALUE";

    public static PropertyError Unknown(string property) =>
        new(property, "PROPERTY_DOESNT_EXIST", $"Property \"{property}\" does not exist");

    public static PropertyError ReadOnly(PropertyDefinition property) => new(
        property.Name,
        "READ_ONLY_VALUE",
        $"\"{property.Name}\" is a {(property.Calculated ? "calculated" : "read only")} property; its value cannot be set.");

    public static PropertyError Missing(string property) =>
        new(property, "MISSING_REQUIRED_PROPERTY", $"A value for {property} must be provided");

    /// <summary>The error as the <c>errors</c> list of a body shows it.</summary>
    public ErrorDetail Detail => new(Message, Code, new Dictionary<string, string[]> { ["propertyName"] = [Property] });

    /// <summary>The error as the message of a body shows it.</summary>
    public JsonObject ToJson(long portalId) => new()
    {
        ["isValid"] = false,
        ["message"] = Message,
        ["error"] = Code,
        ["name"] = Property,
        ["localizedErrorMessage"] = Message,
        ["portalId"] = portalId,
    };
}
