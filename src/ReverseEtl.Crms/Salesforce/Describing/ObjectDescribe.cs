using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Crms.Salesforce.Describing;

/// <summary>What the connector needs to know of an object, beyond its schema.</summary>
/// <param name="Schema">The fields that can be mapped.</param>
/// <param name="Names">All fields, those that cannot be mapped included; names compare without case.</param>
/// <param name="Relations">Reference fields by the name under which a path goes through them.</param>
/// <param name="HasMasterRecord">Whether records of the object can be merged.</param>
/// <param name="CaseSensitive">Fields whose values differ by case alone.</param>
internal sealed record ObjectDescribe(
    SideSchema Schema,
    IReadOnlySet<string> Names,
    IReadOnlyDictionary<string, FieldSchema> Relations,
    bool HasMasterRecord,
    IReadOnlySet<string> CaseSensitive)
{
    /// <summary>Whether a field or the first step of a path is visible.</summary>
    public bool Sees(string path) =>
        path.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? Relations.ContainsKey(path[..dot]) : Names.Contains(path);
}
