namespace ReverseEtl.Simulation.Worlds;

/// <summary>Which CRM a simulated world has.</summary>
public enum CrmKind
{
    /// <summary>Conditional writes, so that an edit between our look and our write is kept.</summary>
    Salesforce,

    /// <summary>Property history, so that an edit that was overwritten is seen afterwards.</summary>
    HubSpot,
}
