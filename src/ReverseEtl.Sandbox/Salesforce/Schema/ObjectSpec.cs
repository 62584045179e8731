namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>A custom object to be added to the org: Name, OwnerId and the system fields come by themselves.</summary>
/// <param name="Name">API name, e.g. <c>Invoice__c</c>.</param>
public sealed record ObjectSpec(string Name)
{
    /// <summary>Label in messages; the name without <c>__c</c> and underscores when null.</summary>
    public string? Label { get; init; }

    /// <summary>Its own fields.</summary>
    public IReadOnlyList<FieldSpec> Fields { get; init; } = [];
}
