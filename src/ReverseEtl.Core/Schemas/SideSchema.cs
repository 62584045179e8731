using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Schemas;

/// <summary>What one column or CRM field is and allows.</summary>
/// <param name="Name">Exact name.</param>
/// <param name="Type">Type and limits.</param>
public sealed record FieldSchema(string Name, FieldType Type)
{
    /// <summary>What people in the CRM see it called; null when it has no name but its own.</summary>
    public string? Label { get; init; }

    /// <summary>Whether a record may be created with a value in it.</summary>
    public bool Createable { get; init; } = true;

    /// <summary>Whether the value may be changed later.</summary>
    public bool Updateable { get; init; } = true;

    /// <summary>Whether no two records can have the same value, enforced by the side itself.</summary>
    public bool Unique { get; init; }

    /// <summary>Whether values that differ by the case of letters alone are one to it. Told of unique fields only.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>Whether a record cannot be created without it.</summary>
    public bool Required { get; init; }

    /// <summary>Object types a reference may point to; empty when the field is no reference.</summary>
    public IReadOnlyList<string> ReferenceTo { get; init; } = [];
}

/// <summary>The fields of a CRM object or the columns of a warehouse model.</summary>
/// <param name="Name">Object or table name.</param>
/// <param name="Fields">By name. CRM field names compare without case, as the CRMs do.</param>
public sealed record SideSchema(string Name, IReadOnlyDictionary<string, FieldSchema> Fields)
{
    /// <summary>Whether the side makes a hash of each row by itself where it is asked to.</summary>
    public bool HashesRows { get; init; }

    /// <summary>The field, or null.</summary>
    public FieldSchema? Find(string name) => Fields.GetValueOrDefault(name);
}
