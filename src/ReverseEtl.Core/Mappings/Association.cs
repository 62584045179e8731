namespace ReverseEtl.Core.Mappings;

/// <summary>
/// What a line under <c>associations:</c> says beside its column and mapping: the warehouse names the records that a record is linked with,
/// and owns these links and no others. The line counts as a field whose CRM side is a path that only the connector can read and write.
/// </summary>
/// <param name="Type"><see cref="Plain"/>, <see cref="Primary"/>, or the label as people see it.</param>
/// <param name="Many">Whether the column holds several keys, joined by <c>;</c>.</param>
public sealed record Association(string Type, bool Many)
{
    /// <summary>The type of a link without a label.</summary>
    public const string Plain = "default";

    /// <summary>The type of the one link that comes first.</summary>
    public const string Primary = "primary";

    private const string Prefix = "associations.";

    /// <summary>Whether a record has at most one link of this type, so that a new one takes the place of the one before.</summary>
    public bool IsExclusive => Type == Primary;

    /// <summary>The path of links to records of an object, as connectors read it: <c>associations.companies.primary</c>.</summary>
    public static string PathOf(string crmObject, string type) => $"{Prefix}{crmObject}.{type}";

    /// <summary>Object and type of such a path; null for anything else. A label may have dots of its own.</summary>
    public static (string Object, string Type)? Read(string path) =>
        path.StartsWith(Prefix, StringComparison.Ordinal) && path.Split('.', 3) is [_, { Length: > 0 } crmObject, { Length: > 0 } type]
            ? (crmObject, type)
            : null;

    /// <summary>The line as a field. Until <see cref="Resolve"/> knows the object of mapping <paramref name="to"/>, its name stands there.</summary>
    public static FieldMapping Line(string warehouse, string to, string type, bool many) => new()
    {
        Warehouse = warehouse,
        Crm = PathOf(to, type),
        Owner = FieldOwner.Warehouse,
        References = to,
        Association = new Association(type, many),
    };

    /// <summary>The mapping with the objects of the mappings that its associations lead to; those that are not there stay unresolved.</summary>
    public static Mapping Resolve(Mapping mapping, IEnumerable<Mapping> others)
    {
        var objects = others.Append(mapping).DistinctBy(other => other.Name).ToDictionary(other => other.Name, other => other.Crm.Object, StringComparer.Ordinal);
        return mapping.Fields.All(field => field.Association is null) ? mapping : mapping with
        {
            Fields =
            [
                .. mapping.Fields.Select(field => field is { Association: { } link, References: { } to } && objects.TryGetValue(to, out var found)
                    ? field with { Crm = PathOf(found, link.Type) }
                    : field),
            ],
        };
    }
}
