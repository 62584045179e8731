namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A version of the API and what depends on it.</summary>
/// <param name="Name">The path segment.</param>
/// <param name="NormalisesDates">Odd dates are taken with a warning instead of refused.</param>
/// <param name="EnforcesAdminRules">Admin rules about required properties bind API writes.</param>
/// <param name="ArchivesAnswerBodies">A batch that removes associations answers 200 with a body, else 204 without one.</param>
internal sealed record ApiVersion(string Name, bool NormalisesDates = false, bool EnforcesAdminRules = false, bool ArchivesAnswerBodies = false)
{
    public static readonly ApiVersion V1 = new("v1");
    public static readonly ApiVersion V3 = new("v3");
    public static readonly ApiVersion V4 = new("v4");
    public static readonly ApiVersion March2026 = new("2026-03", ArchivesAnswerBodies: true);
    public static readonly ApiVersion September2026 = new("2026-09", true, true, true);

    private static readonly ApiVersion[] All = [V1, V3, V4, March2026, September2026];

    /// <summary>The version of that name, or null: other versions are unknown paths.</summary>
    public static ApiVersion? Named(string name) => Array.Find(All, v => v.Name == name);
}
