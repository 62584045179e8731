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
        var (query, names, type, select, filter, keys) = Compile(text);
        var rows = Rows(type, filter, Candidates(type, query.Where, names, all), all);
        if (keys.Count > 0)
        {
            rows = Sort(rows, keys);
        }
        else if (org.Switches.ShuffleUnorderedQueries)
        {
            rows = [.. rows.OrderBy(r => Scatter(r.Record.Id))];
        }

        return new QueryResult(select, Slice(rows, query), query.IsCount);
    }

    /// <summary>Looks up every name of a query without running it; throws what running it would.</summary>
    public Compiled Compile(string text)
    {
        var query = SoqlParser.Parse(text);
        var names = new SoqlNames(org, text);
        var type = names.Type(query.From);
        var select = SelectNode.Build(query.Fields.Select(f => names.Path(type, f)))
            ?? throw SoqlError.Plain("INVALID_FIELD", "duplicate field selected: " + query.Fields.GroupBy(f => f.Text.ToLowerInvariant())
                .First(g => g.Count() > 1).First().Text);
        var filter = query.Where is null ? null : new SoqlFilter(names, reader, text, type).Compile(query.Where);
        var keys = query.OrderBy.Select(o => (Path: names.Path(type, o.Field), Key: o)).ToList();
        return keys.Find(k => !k.Path.Field.Sortable) is { Key: { } unsortable }
            ? throw SoqlError.At(
                text, unsortable.Field.Position, "MALFORMED_QUERY", $"field '{unsortable.Field.Text}' can not be sorted in a query call")
            : new Compiled(query, names, type, select, filter, keys);
    }

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

    private static List<(SfRecord, RowVersion)> Slice(List<(SfRecord, RowVersion)> rows, SoqlQuery query)
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

    private static int Order(FieldDefinition field, SoqlOrder key, object? left, object? right)
    {
        if (left is null || right is null)
        {
            var nulls = (left is null ? 0 : 1) - (right is null ? 0 : 1);
            return key.NullsLast ? -nulls : nulls;
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
            if (path.References.Count > 0 || comparison.Values.Any(v => v.Kind != TokenKind.Text || v.Text.Length == 0))
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

    /// <summary>A query with its names looked up.</summary>
    internal sealed record Compiled(
        SoqlQuery Query, SoqlNames Names, ObjectType Type, SelectNode Select, RowFilter? Filter, List<(FieldPath Path, SoqlOrder Key)> Keys);
}
