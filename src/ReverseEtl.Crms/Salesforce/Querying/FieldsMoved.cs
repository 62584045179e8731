using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>
/// Marks a query that Salesforce refused because of a field (§2.3): what is known of the object was forgotten, and the next look may do without.
/// </summary>
internal static class FieldsMoved
{
    private const string Mark = "ReverseEtl.FieldsMoved";

    public static PortException Marked(PortException failure)
    {
        failure.Data[Mark] = true;
        return failure;
    }

    public static bool Of(PortException failure) => failure.Data.Contains(Mark);
}
