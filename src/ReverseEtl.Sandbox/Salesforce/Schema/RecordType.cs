namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>A record type, as a describe lists it.</summary>
/// <param name="Id">18 characters, prefix 012.</param>
/// <param name="DeveloperName">API name.</param>
/// <param name="IsDefault">New records of the integration user get it.</param>
/// <param name="IsMaster">The one that stands for having none; it is never stored.</param>
internal sealed record RecordType(string Id, string DeveloperName, bool IsDefault, bool IsMaster)
{
    /// <summary>Whether accounts of this type are persons; the REST describe tells it by the name only.</summary>
    public bool IsPerson => DeveloperName.Contains("PersonAccount", StringComparison.Ordinal);
}
