using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Core.Checking;

/// <summary>What the two sides say about a mapping.</summary>
public sealed record MappingFacts
{
    /// <summary>The mapping.</summary>
    public required Mapping Mapping { get; init; }

    /// <summary>The columns of the model; null when there is no such table.</summary>
    public required SideSchema? Warehouse { get; init; }

    /// <summary>The columns of <c>write_to</c>; null when there is no such table or the mapping names none.</summary>
    public SideSchema? WriteTo { get; init; }

    /// <summary>The fields of the CRM object; null when there is no such object.</summary>
    public required SideSchema? Crm { get; init; }

    /// <summary>The fields of the object that records are converted to; null when there is none, or the mapping names none.</summary>
    public SideSchema? ConvertedTo { get; init; }

    /// <summary>What the CRM says of each mapped path such as <c>Owner.Email</c>; null where a path leads nowhere.</summary>
    public IReadOnlyDictionary<string, FieldSchema?> Paths { get; init; } = new Dictionary<string, FieldSchema?>();

    /// <summary>
    /// For association paths that lead nowhere: what there is instead, in the words of the file. Null when the CRM has no associations at all.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Links { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Tables that exist, for suggestions; may be empty.</summary>
    public IReadOnlyList<string> KnownTables { get; init; } = [];

    /// <summary>Objects that exist, for suggestions; may be empty.</summary>
    public IReadOnlyList<ObjectName> KnownObjects { get; init; } = [];

    /// <summary>The other mappings, by which references are judged.</summary>
    public IReadOnlyList<Mapping> Others { get; init; } = [];

    /// <summary>A CRM field or path by its name; null when there is none.</summary>
    public FieldSchema? Field(string crm) => Crm?.Find(crm) ?? Paths.GetValueOrDefault(crm);
}
