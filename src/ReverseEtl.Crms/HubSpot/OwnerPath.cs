namespace ReverseEtl.Crms.HubSpot;

/// <summary>An owner by the e-mail address: <c>hubspot_owner_id.email</c>, or <c>Owner.Email</c> for the same.</summary>
internal static class OwnerPath
{
    /// <summary>The property that holds the id of a record's owner.</summary>
    public const string OwnerId = "hubspot_owner_id";

    /// <summary>What such a property refers to.</summary>
    public const string Owners = "owners";

    private const string Word = "Owner";
    private const string Suffix = ".email";

    /// <summary>The property that holds the owner's id; null for a name that is no such path.</summary>
    public static string? PropertyOf(string name)
    {
        if (LinkPath.Of(name) is not null || !name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var property = name[..^Suffix.Length];
        return property.Contains('.', StringComparison.Ordinal) || property.Length == 0 ? null
            : HubSpotObject.Same(property, Word) ? OwnerId
            : property;
    }
}
