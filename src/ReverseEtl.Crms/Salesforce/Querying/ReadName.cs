using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>What tells one read from others, so that each is remembered by itself: two mappings may read one object.</summary>
internal static class ReadName
{
    public static string Of(CrmRead read) =>
        $"{read.Object} {read.KeyField} {string.Join(',', read.Fields.Select(field => field.Name))}".ToUpperInvariant();
}
