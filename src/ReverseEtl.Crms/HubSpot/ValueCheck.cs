using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Holds a write against what the properties say of themselves before it is sent (reference §3.1–3.3). A value that HubSpot is sure to
/// refuse would take the other rows of its batch along wherever rows cannot fail alone. What a property does not tell, such as what a
/// well-formed address is, is left to HubSpot.
/// </summary>
internal static class ValueCheck
{
    /// <summary>Why HubSpot would refuse the write; null when nothing speaks against it.</summary>
    public static CrmError? Refuse(CrmWriteBatch batch, CrmWrite write)
    {
        foreach (var (name, value) in write.Fields)
        {
            if (!value.IsSeen || batch.Schema.Find(name) is not { } field)
            {
                continue;
            }

            if (!field.Updateable)
            {
                return Of("schema", "READ_ONLY_VALUE", field.Name, "is a read only property; its value cannot be set");
            }

            if (field.Type.Refuse(value) is { } reason)
            {
                return Of("validation", "VALUE_DOES_NOT_FIT", field.Name, reason);
            }
        }

        return null;
    }

    private static CrmError Of(string kind, string code, string field, string reason) =>
        new(kind, RetryRule.AfterChange, code, $"{field} {reason}.") { Fields = [field] };
}
