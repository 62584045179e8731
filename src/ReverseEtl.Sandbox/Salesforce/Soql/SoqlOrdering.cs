using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>How the platform compares values: text without case, ids with it, null below everything.</summary>
internal static class SoqlOrdering
{
    public static bool CaseCounts(FieldDefinition field) =>
        field.Kind is FieldKind.Id or FieldKind.Reference || (field.CaseSensitive && field.ExternalId);

    public static int Compare(FieldDefinition field, object? left, object? right) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string a, string b) => CaseCounts(field) ? string.CompareOrdinal(a, b) : string.Compare(a, b, StringComparison.OrdinalIgnoreCase),
        _ => ((IComparable)left).CompareTo(right),
    };
}
