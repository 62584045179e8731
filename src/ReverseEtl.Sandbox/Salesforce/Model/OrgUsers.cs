namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>The ids of the org and of its users.</summary>
internal sealed class OrgUsers
{
    public string OrganizationId { get; } = SalesforceId.Make("00D", 38_193_207_650L);

    /// <summary>The user that API calls run as.</summary>
    public string Integration { get; set; } = "";

    /// <summary>The user that acts when an admin call names nobody.</summary>
    public string Human { get; set; } = "";

    /// <summary>A second human, for edits by different people.</summary>
    public string SecondHuman { get; set; } = "";
}
