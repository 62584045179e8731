using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Rest;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Soql;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>What a query job shall do.</summary>
/// <param name="Type">The object queried.</param>
/// <param name="Operation">query or queryAll.</param>
/// <param name="Soql">The query text.</param>
/// <param name="Select">The columns, in the order of the SELECT.</param>
/// <param name="IsOrdered">Whether it sorts or limits, which rules out PK chunking (reference §5.5).</param>
/// <param name="Dialect">How the results are written.</param>
internal sealed record QuerySpec(
    ObjectType Type, string Operation, string Soql, IReadOnlyList<FieldPath> Select, bool IsOrdered, CsvDialect Dialect)
{
    /// <summary>Reads a create body; throws what the API answers for a query that the Bulk API does not take.</summary>
    public static QuerySpec Parse(RestEngine engine, JsonObject body)
    {
        var operation = body["operation"]?.ToString();
        if (operation is not ("query" or "queryAll"))
        {
            throw BulkRefusal.InvalidJob($"Unknown operation {operation}");
        }

        if ((body["contentType"]?.ToString() ?? "CSV") != "CSV")
        {
            throw BulkRefusal.InvalidJob("Only CSV is supported as contentType");
        }

        var soql = body["query"]?.ToString() ?? throw BulkRefusal.InvalidJob("The query is required");
        var compiled = engine.Queries.Compile(soql);
        var (query, type) = (compiled.Query, compiled.Type);
        if (engine.Org.Switches.WithoutBulk.Contains(type.Name))
        {
            throw BulkRefusal.InvalidEntity(type.Name);
        }

        if (query.IsCount || query.IsAggregate || query.Offset > 0)
        {
            throw BulkRefusal.Of("API_ERROR", "Aggregate queries, GROUP BY and OFFSET are not supported in Bulk Query");
        }

        if (query.Children.Count > 0)
        {
            throw BulkRefusal.Of("API_ERROR", "Aggregate Relationships not supported in Bulk Query");
        }

        return compiled.Paths.Any(p => p.Field.Kind == FieldKind.Compound)
            ? throw BulkRefusal.Of("API_ERROR", "Selecting compound data not supported in Bulk Query")
            : new QuerySpec(
                type,
                operation,
                soql,
                compiled.Paths,
                query.OrderBy.Count > 0 || query.Limit is not null,
                CsvDialect.Parse(body["lineEnding"]?.ToString(), body["columnDelimiter"]?.ToString()));
    }
}
