using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>Runs queries against what is visible now.</summary>
internal sealed class QueryRunner(Org org, RowReader reader)
{
    /// <param name="text">The SOQL.</param>
    /// <param name="all">queryAll: records in the recycle bin count too.</param>
    public QueryResult Run(string text, bool all)
    {
        var compiled = Compile(text);
        var (query, type) = (compiled.Query, compiled.Type);
        var found = Rows(type, compiled.Filter, Candidates(type, query.Where, compiled.Names, all), all);
        if (compiled.Aggregation is { } aggregation)
        {
            return new QueryResult(compiled.Select, [], [], false, aggregation.Run(found, reader, query, Order));
        }

        var rows = Ordered(compiled, found);
        return new QueryResult(compiled.Select, Slice(rows, query), compiled.Children, query.IsCount);
    }

    /// <summary>The rows of a subquery for one row of the outer query.</summary>
    public List<(SfRecord Record, RowVersion Version)> Children(ChildQuery child, SfRecord parent, bool all)
    {
        var table = org.Table(child.Inner.Type);
        var candidates = !all && table.Index(child.Reference) is { } index
            ? Distinct(index.Find(parent.Id).Concat(table.Unsettled(org.Instant)))
            : table.Rows;
        var rows = Rows(child.Inner.Type, child.Inner.Filter, candidates, all).Where(r => parent.Id.Equals(r.Version[child.Reference])).ToList();
        return Slice(Ordered(child.Inner, rows), child.Inner.Query);
    }

    /// <summary>Looks up every name of a query without running it; throws what running it would.</summary>
    public CompiledQuery Compile(string text)
    {
        var query = SoqlParser.Parse(text);
        var names = new SoqlNames(org, text);
        return Compile(query, names, names.Type(query.From));
    }

    private CompiledQuery Compile(SoqlQuery query, SoqlNames shared, ObjectType type)
    {
        var names = shared.For(query);
        if (query.IsAggregate)
        {
            return new CompiledQuery(
                query, names, type, [], SelectNode.Build([], out _), Filter(query, names, type), [], [], new Aggregation(query, names, type));
        }

        if (query.Fields.FirstOrDefault(f => f.Alias is not null) is { Alias: not null } named)
        {
            throw SoqlError.At(query.Text, named.Field.Position, "MALFORMED_QUERY", "only aggregate expressions use field aliasing");
        }

        IReadOnlyList<FieldPath> paths = [.. query.Fields.SelectMany(f => f.IsGroup ? names.Group(type, f.Field) : [names.Path(type, f.Field)])];
        var select = SelectNode.Build(paths, out var repeated);
        if (repeated is not null)
        {
            throw SoqlError.Plain("INVALID_FIELD", $"duplicate field selected: {repeated.Field.Name}");
        }

        var filter = Filter(query, names, type);
        var keys = query.OrderBy.Select(o => (Path: names.Path(type, o.Field), Key: o)).ToList();
        if (keys.Find(k => !k.Path.Field.Sortable || k.Path.Field.Kind == FieldKind.Compound) is { Key: { } unsortable })
        {
            throw SoqlError.At(
                query.Text, unsortable.Field.Position, "MALFORMED_QUERY", $"field '{unsortable.Field.Text}' can not be sorted in a query call");
        }

        var children = query.Children.Select(inner =>
        {
            var (link, childType) = names.Child(type, inner.From);
            return inner.IsAggregate
                ? throw SoqlError.At(query.Text, inner.From.Position, "MALFORMED_QUERY", "Subqueries do not aggregate")
                : new ChildQuery(link.RelationshipName!, childType[link.Field], Compile(inner, names, childType));
        });
        return new CompiledQuery(query, names, type, paths, select, filter, keys, [.. children]);
    }

    private RowFilter? Filter(SoqlQuery query, SoqlNames names, ObjectType type)
    {
        var today = DateOnly.FromDateTime(org.Instant.UtcDateTime);
        return query.Where is null
            ? null
            : new SoqlFilter(names, reader, query.Text, type, today, inner => SemiJoin(inner, names)).Compile(query.Where);
    }

    /// <summary>The values a semi-join compares with: those of the one field its query selects.</summary>
    private (FieldDefinition Field, HashSet<object> Values) SemiJoin(SoqlQuery inner, SoqlNames names)
    {
        var compiled = Compile(inner, names, names.Type(inner.From));
        if (compiled.Paths is not [var path])
        {
            throw SoqlError.At(inner.Text, inner.From.Position, "MALFORMED_QUERY", "A semi-join selects exactly one field");
        }

        var rows = Slice(Ordered(compiled, Rows(compiled.Type, compiled.Filter, org.Table(compiled.Type).Rows, all: false)), inner);
        return (path.Field, rows.Select(r => path.Read(reader, r.Record, r.Version)).OfType<object>().ToHashSet());
    }

    private List<(SfRecord Record, RowVersion Version)> Ordered(CompiledQuery query, List<(SfRecord Record, RowVersion Version)> rows) =>
        query.Keys.Count > 0 ? Sort(rows, query.Keys)
        : org.Switches.ShuffleUnorderedQueries ? [.. rows.OrderBy(r => Scatter(r.Record.Id))]
        : rows;

    private List<(SfRecord Record, RowVersion Version)> Rows(ObjectType type, RowFilter? filter, IEnumerable<SfRecord> candidates, bool all)
    {
        var now = org.Instant;
        var rows = new List<(SfRecord, RowVersion)>();
        foreach (var record in candidates)
        {
            if (record.Visible(now) is { } version && (all || !version.IsDeleted(type)) && (filter is null || filter(record, version)))
            {
                rows.Add((record, version));
            }
        }

        return rows;
    }

    private static List<(SfRecord Record, RowVersion Version)> Slice(List<(SfRecord Record, RowVersion Version)> rows, SoqlQuery query)
    {
        var end = query.Limit is { } limit ? (int)Math.Min(rows.Count, (long)query.Offset + limit) : rows.Count;
        return query.Offset == 0 && end == rows.Count ? rows : query.Offset >= end ? [] : rows.GetRange(query.Offset, end - query.Offset);
    }

    private List<(SfRecord Record, RowVersion Version)> Sort(
        List<(SfRecord Record, RowVersion Version)> rows, List<(FieldPath Path, SoqlOrder Key)> keys)
    {
        var sorted = rows.Select(r => (Row: r, Values: keys.Select(k => k.Path.Read(reader, r.Record, r.Version)).ToArray())).ToList();
        sorted.Sort((a, b) =>
        {
            for (var i = 0; i < keys.Count; i++)
            {
                var order = Order(keys[i].Path.Field, keys[i].Key, a.Values[i], b.Values[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return string.CompareOrdinal(a.Row.Record.Id, b.Row.Record.Id);
        });
        return [.. sorted.Select(s => s.Row)];
    }

    private int Order(FieldDefinition field, SoqlOrder key, object? left, object? right)
    {
        if (left is null || right is null)
        {
            var nulls = (left is null ? 0 : 1) - (right is null ? 0 : 1);
            return key.NullsLast ?? (key.Descending && org.Switches.NullsLastWhenDescending) ? -nulls : nulls;
        }

        var order = SoqlOrdering.Compare(field, left, right);
        return key.Descending ? -order : order;
    }

    /// <summary>Uses an index where a condition that every row must meet names keys.</summary>
    private IEnumerable<SfRecord> Candidates(ObjectType type, SoqlCondition? where, SoqlNames names, bool all)
    {
        var table = org.Table(type);
        var required = where is SoqlAnd and ? and.Parts : where is null ? [] : [where];
        foreach (var comparison in required.OfType<SoqlComparison>().Where(c => c.Operator is "=" or "IN"))
        {
            var path = names.Path(type, comparison.Field);
            if (path.References.Count > 0 || comparison.Inner is not null || comparison.Values.Any(v => v.Kind != TokenKind.Text || v.Text.Length == 0))
            {
                continue;
            }

            if (path.Field.Kind == FieldKind.Id)
            {
                return Distinct(comparison.Values.Select(v => SalesforceId.TryNormalize(v.Text, out var id) ? table.Find(id) : null));
            }

            // The indexes hold living records by their newest state only.
            if (!all && table.Index(path.Field) is { } index)
            {
                var keys = path.Field.Kind == FieldKind.Reference
                    ? comparison.Values.Select(v => SalesforceId.TryNormalize(v.Text, out var id) ? id : "")
                    : comparison.Values.Select(v => v.Text);
                return Distinct(keys.SelectMany(index.Find).Concat(table.Unsettled(org.Instant)));
            }
        }

        return table.Rows;
    }

    private static List<SfRecord> Distinct(IEnumerable<SfRecord?> records) =>
        [.. records.OfType<SfRecord>().Distinct().OrderBy(r => r.Id, StringComparer.Ordinal)];

    private static uint Scatter(string id)
    {
        var hash = 2166136261u;
        foreach (var c in id)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash;
    }
}
