using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms;

/// <summary>The CRMs there are. A new one is a folder and a line here.</summary>
public static class CrmRegistry
{
    private static readonly Dictionary<string, Func<CrmConnection, ICrm>> Factories = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hubspot"] = HubSpotCrm.Create,
        ["salesforce"] = SalesforceCrm.Create,
    };

    /// <summary>The names that <c>Crms:*:Type</c> may have.</summary>
    public static IReadOnlyCollection<string> Types => Factories.Keys;

    /// <summary>Makes a connector; nothing is sent yet.</summary>
    /// <exception cref="CrmSettingsException">The type is unknown or a setting is missing or wrong.</exception>
    public static ICrm Create(CrmConnection connection) => Factories.TryGetValue(connection.Require("Type"), out var factory)
        ? factory(connection)
        : throw new CrmSettingsException(connection.Name, "Type", $"must be one of: {string.Join(", ", Types)}.");
}
