namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Where things are, by family and version. The version segment stands at another place in every family and moves again between
/// versions, so each family has its own template (reference §0.2).
/// </summary>
internal sealed class HubSpotPaths
{
    private static readonly string[] Legacy = ["v3", "v4"];
    private static readonly string[] Dated = [HubSpotSettings.DefaultVersion, "2026-03"];
    private readonly Func<string, string> _objects;
    private readonly Func<string, string> _properties;
    private readonly string _associations;

    /// <exception cref="ArgumentException">The version is not one of those known.</exception>
    public HubSpotPaths(string version)
    {
        if (Dated.Contains(version, StringComparer.Ordinal))
        {
            _objects = type => $"crm/objects/{version}/{type}";
            _properties = type => $"crm/properties/{version}/{type}";
            AccountDetails = $"account-info/{version}/details";
            Token = $"oauth/{version}/token";
            _associations = $"crm/associations/{version}";
            ObjectSchemas = $"crm-object-schemas/{version}/schemas";
            Owners = $"crm/owners/{version}";
        }
        else if (Legacy.Contains(version, StringComparer.Ordinal))
        {
            // The legacy API of associations has another number than that of records: whichever of the two is named, both are meant.
            _objects = type => $"crm/v3/objects/{type}";
            _properties = type => $"crm/v3/properties/{type}";
            AccountDetails = "account-info/v3/details";
            Token = "oauth/v3/token";
            _associations = "crm/v4/associations";
            ObjectSchemas = "crm-object-schemas/v3/schemas";
            Owners = "crm/v3/owners";
        }
        else
        {
            throw new ArgumentException(
                $"HubSpot's API version '{version}' is not known; use one of: {string.Join(", ", Versions)}.", nameof(version));
        }
    }

    /// <summary>The versions known, newest first.</summary>
    public static IReadOnlyList<string> Versions { get; } = [.. Dated, .. Legacy];

    /// <summary>What a static token is, its app included. It has no version of its own.</summary>
    public const string TokenInfo = "oauth/v2/private-apps/get/access-token-info";

    /// <summary>Where an OAuth app gets its tokens.</summary>
    public string Token { get; }

    /// <summary>What a token of an OAuth app is, its app included.</summary>
    public string Introspection => $"{Token}/introspect";

    /// <summary>The account's own data, time zone included.</summary>
    public string AccountDetails { get; }

    /// <summary>The objects that the account defined itself.</summary>
    public string ObjectSchemas { get; }

    /// <summary>The people who may own records.</summary>
    public string Owners { get; }

    /// <summary>The list of records.</summary>
    public string Objects(string type) => _objects(type);

    /// <summary>One record.</summary>
    public string Record(string type, string id) => $"{_objects(type)}/{id}";

    /// <summary>The search of a type.</summary>
    public string Search(string type) => $"{_objects(type)}/search";

    /// <summary>Reads up to 100 records.</summary>
    public string BatchRead(string type) => $"{_objects(type)}/batch/read";

    /// <summary>Writes records.</summary>
    public string Write(string type, WriteOperation operation) => $"{_objects(type)}/{operation.Path}";

    /// <summary>The properties of a type.</summary>
    public string Properties(string type) => _properties(type);

    /// <summary>What links from one type to another can be.</summary>
    public string AssociationLabels(string from, string to) => $"{_associations}/{from}/{to}/labels";

    /// <summary>Reads the links of many records.</summary>
    public string AssociationRead(string from, string to) => $"{_associations}/{from}/{to}/batch/read";

    /// <summary>Writes many links.</summary>
    public string AssociationWrite(string from, string to, string operation) => $"{_associations}/{from}/{to}/batch/{operation}";

    /// <summary>The groups that the properties of a type stand in.</summary>
    public string PropertyGroups(string type) => $"{_properties(type)}/groups";
}
