namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A version of the API and what depends on it.</summary>
/// <param name="Name">The path segment.</param>
/// <param name="NormalisesDates">Odd dates are taken with a warning instead of refused.</param>
/// <param name="EnforcesAdminRules">Admin rules about required properties bind API writes.</param>
internal sealed record ApiVersion(string Name, bool NormalisesDates, bool EnforcesAdminRules)
{
    public static readonly ApiVersion V3 = new("v3", false, false);
    public static readonly ApiVersion March2026 = new("2026-03", false, false);
    public static readonly ApiVersion September2026 = new("2026-09", true, true);

    /// <summary>The dated version of that name, or null: other versions are unknown paths.</summary>
    public static ApiVersion? Dated(string name) => name switch
    {
        "2026-03" => March2026,
        "2026-09" => September2026,
        _ => null,
    };
}

/// <summary>A path taken apart: the family of endpoints, the version, and what follows.</summary>
internal sealed record ApiPath(string Family, ApiVersion Version, IReadOnlyList<string> Rest)
{
    /// <summary>The family of what static tokens are; its paths have a version that follows no calendar.</summary>
    public const string PrivateApps = "private-apps";

    /// <summary>Null for an unknown path. The version's place differs: <c>crm/objects/2026-09</c> but <c>crm/v3/objects</c>.</summary>
    public static ApiPath? Parse(IReadOnlyList<string> segments)
    {
        if (segments.Count < 2)
        {
            return null;
        }

        if (segments.Count > 3 && (segments[0], segments[1], segments[2]) is ("oauth", "v2", PrivateApps))
        {
            return new ApiPath(PrivateApps, ApiVersion.V3, [.. segments.Skip(3)]);
        }

        if (segments[0] == "account-info")
        {
            var version = segments[1] == "v3" ? ApiVersion.V3 : ApiVersion.Dated(segments[1]);
            return version is null ? null : new ApiPath("account-info", version, [.. segments.Skip(2)]);
        }

        if (segments[0] != "crm" || segments.Count < 3)
        {
            return null;
        }

        return segments[1] == "v3"
            ? new ApiPath(segments[2], ApiVersion.V3, [.. segments.Skip(3)])
            : ApiVersion.Dated(segments[2]) is { } dated ? new ApiPath(segments[1], dated, [.. segments.Skip(3)]) : null;
    }
}
