namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A family of endpoints: where the version stands in its paths differs from one to the next, and between versions.</summary>
internal enum ApiFamily
{
    /// <summary>Records, their batches, searches and the associations of one record.</summary>
    Objects,

    /// <summary>The associations of one record in the legacy API, whose record paths have another version.</summary>
    RecordAssociations,

    /// <summary>Associations in batches, and their labels.</summary>
    Associations,

    /// <summary>Property definitions and groups.</summary>
    Properties,

    /// <summary>Rules that values must obey.</summary>
    PropertyValidations,

    /// <summary>Definitions of custom objects.</summary>
    Schemas,

    /// <summary>Static lists and their members.</summary>
    Lists,

    /// <summary>Deal and ticket pipelines.</summary>
    Pipelines,

    /// <summary>Owners of records.</summary>
    Owners,

    /// <summary>How much of what the account may hold is used.</summary>
    Limits,

    /// <summary>The account's own data.</summary>
    AccountInfo,

    /// <summary>Tokens of OAuth apps.</summary>
    OAuth,

    /// <summary>What static tokens are.</summary>
    PrivateApps,

    /// <summary>Where an app wants its webhooks, and which.</summary>
    Webhooks,
}
