using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>A query with its names looked up.</summary>
/// <param name="Query">As parsed.</param>
/// <param name="Names">The names it was looked up with.</param>
/// <param name="Paths">The selected fields, groups of fields written out.</param>
/// <param name="Type">The object in FROM.</param>
/// <param name="Select">What to show.</param>
/// <param name="Filter">The condition; null for none.</param>
/// <param name="Keys">What to sort by.</param>
/// <param name="Children">The subqueries.</param>
/// <param name="Aggregation">What it makes of the rows it finds; null for a query that shows them.</param>
internal sealed record CompiledQuery(
    SoqlQuery Query,
    SoqlNames Names,
    ObjectType Type,
    IReadOnlyList<FieldPath> Paths,
    SelectNode Select,
    RowFilter? Filter,
    List<(FieldPath Path, SoqlOrder Key)> Keys,
    IReadOnlyList<ChildQuery> Children,
    Aggregation? Aggregation = null);

/// <summary>A subquery over the children of each row.</summary>
/// <param name="Name">The relationship, as the answer names it.</param>
/// <param name="Reference">The field that points at the parent.</param>
/// <param name="Inner">The query over the children.</param>
internal sealed record ChildQuery(string Name, FieldDefinition Reference, CompiledQuery Inner);
