namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A path taken apart: the family of endpoints, the version, and what follows.</summary>
internal sealed record ApiPath(ApiFamily Family, ApiVersion Version, IReadOnlyList<string> Rest)
{
    private const string Dated = "*";

    // The star stands for the dated versions; everything else is literal. The first fit wins.
    private static readonly (ApiFamily Family, string[] Form)[] Forms =
    [
        .. Of(ApiFamily.Objects, "crm/objects/*", "crm/v3/objects"),
        .. Of(ApiFamily.RecordAssociations, "crm/v4/objects"),
        .. Of(ApiFamily.Associations, "crm/associations/*", "crm/v4/associations", "crm/associations/v4", "crm/v3/associations"),
        .. Of(ApiFamily.Properties, "crm/properties/*", "crm/v3/properties"),
        .. Of(ApiFamily.PropertyValidations, "crm/property-validations/*", "crm/v3/property-validations"),
        .. Of(ApiFamily.Schemas, "crm-object-schemas/*/schemas", "crm-object-schemas/v3/schemas", "crm/v3/schemas"),
        .. Of(ApiFamily.Lists, "crm/lists/*", "crm/v3/lists"),
        .. Of(ApiFamily.Pipelines, "crm/pipelines/*", "crm/v3/pipelines"),
        .. Of(ApiFamily.Owners, "crm/owners/*", "crm/v3/owners"),
        .. Of(ApiFamily.Limits, "crm/limits/*", "crm/v3/limits"),
        .. Of(ApiFamily.AccountInfo, "account-info/*", "account-info/v3"),
        .. Of(ApiFamily.PrivateApps, "oauth/v2/private-apps"),
        .. Of(ApiFamily.OAuth, "oauth/*", "oauth/v3", "oauth/v1"),
        .. Of(ApiFamily.Webhooks, "app-webhooks/2026-09", "webhooks/2026-03", "webhooks/v3"),
    ];

    /// <summary>Families whose path must name an object type, an app or a resource.</summary>
    public bool IsComplete => Rest.Count > 0 || Family is ApiFamily.Owners or ApiFamily.Schemas or ApiFamily.Lists;

    /// <summary>Null for an unknown path.</summary>
    public static ApiPath? Parse(IReadOnlyList<string> segments)
    {
        foreach (var (family, form) in Forms)
        {
            if (VersionOf(form, segments) is { } version && new ApiPath(family, version, [.. segments.Skip(form.Length)]) is { IsComplete: true } path)
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>The version that stands in the path where the form has one; null when the form does not fit.</summary>
    private static ApiVersion? VersionOf(string[] form, IReadOnlyList<string> segments)
    {
        var version = ApiVersion.V3;
        for (var i = 0; i < form.Length; i++)
        {
            var segment = i < segments.Count ? segments[i] : "";
            var named = ApiVersion.Named(segment);
            var fits = form[i] == Dated ? named == ApiVersion.March2026 || named == ApiVersion.September2026 : form[i] == segment;
            if (!fits)
            {
                return null;
            }

            version = named ?? version;
        }

        return version;
    }

    private static IEnumerable<(ApiFamily Family, string[] Form)> Of(ApiFamily family, params string[] forms) =>
        forms.Select(form => (family, form.Split('/')));
}
