namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>What an account says of a custom object beyond its properties.</summary>
internal sealed record ObjectSchema(
    string Name, string Singular, string Plural, string PrimaryDisplayProperty, DateTimeOffset CreatedAt)
{
    public string Description { get; init; } = "";

    public IReadOnlyList<string> Required { get; init; } = [];

    public IReadOnlyList<string> Searchable { get; init; } = [];

    public IReadOnlyList<string> SecondaryDisplay { get; init; } = [];

    /// <summary>The properties that the definition names; they cannot go.</summary>
    public IEnumerable<string> Used => Required.Concat(Searchable).Concat(SecondaryDisplay).Append(PrimaryDisplayProperty);
}
