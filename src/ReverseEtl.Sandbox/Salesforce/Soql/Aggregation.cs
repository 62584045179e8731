using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>One member of an aggregate result.</summary>
/// <param name="Name">Its name in the answer: the alias, the field, or <c>expr0</c> and so on.</param>
/// <param name="Path">The field grouped by or aggregated.</param>
/// <param name="Function">COUNT, COUNT_DISTINCT, MIN, MAX, SUM or AVG; null for a field that is grouped by.</param>
internal sealed record AggregateColumn(string Name, FieldPath Path, string? Function)
{
    /// <summary>Whether its values are written without a point.</summary>
    public bool IsWhole => Function is "COUNT" or "COUNT_DISTINCT" || (Path.Field.Kind == FieldKind.Integer && Function is not "AVG");
}

/// <summary>The rows of an aggregate query, each with a value for each column.</summary>
internal sealed record AggregateResult(IReadOnlyList<AggregateColumn> Columns, IReadOnlyList<object?[]> Rows);

/// <summary>A query with aggregate functions or GROUP BY, its names looked up.</summary>
internal sealed class Aggregation
{
    /// <summary>What one answer holds: there are no further pages.</summary>
    private const int MostRows = 2000;
    private readonly IReadOnlyList<AggregateColumn> _columns;
    private readonly IReadOnlyList<FieldPath> _groups;
    private readonly IReadOnlyList<(int Column, SoqlOrder Key)> _keys;
    private readonly bool _isOne;

    public Aggregation(SoqlQuery query, SoqlNames names, ObjectType type)
    {
        _isOne = query.GroupBy.Count == 0;
        _groups = [.. query.GroupBy.Select(g => Grouped(query, g, names.Path(type, g)))];
        var nameless = 0;
        _columns = [.. query.Fields.Select(f => Column(query, f, names, type, ref nameless))];
        if (query.Children.Count > 0)
        {
            throw SoqlError.Plain("MALFORMED_QUERY", "Aggregate queries have no subqueries");
        }

        if (_columns.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            throw SoqlError.Plain("MALFORMED_QUERY", $"duplicate alias: {repeated.Key}");
        }

        _keys = [.. query.OrderBy.Select(o => (KeyColumn(query, o), o))];
    }

    /// <param name="rows">The rows that meet the condition.</param>
    /// <param name="reader">Reads their fields.</param>
    /// <param name="query">For LIMIT and OFFSET.</param>
    /// <param name="order">Compares two values by a key.</param>
    public AggregateResult Run(
        IReadOnlyList<(SfRecord Record, RowVersion Version)> rows,
        RowReader reader,
        SoqlQuery query,
        Func<FieldDefinition, SoqlOrder, object?, object?, int> order)
    {
        var groups = rows
            .GroupBy(r => _groups.Select(g => g.Read(reader, r.Record, r.Version)).ToArray(), new SameValues(_groups))
            .Select(g => g.ToList());
        var results = (_isOne ? [[.. rows]] : groups).Select(group => Values(group, reader)).ToList();
        var sorted = results.Order(Comparer<object?[]>.Create((a, b) =>
            _keys.Select(k => order(_columns[k.Column].Path.Field, k.Key, a[k.Column], b[k.Column])).FirstOrDefault(o => o != 0)));
        var shown = sorted.Skip(query.Offset).Take(query.Limit ?? int.MaxValue).ToList();
        return shown.Count <= MostRows
            ? new AggregateResult(_columns, shown)
            : throw SoqlError.Plain(
                "EXCEEDED_ID_LIMIT", "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch");
    }

    private object?[] Values(List<(SfRecord Record, RowVersion Version)> group, RowReader reader) =>
    [
        .. _columns.Select(column =>
        {
            var values = group.Select(r => column.Path.Read(reader, r.Record, r.Version)).Where(v => v is not null);
            return column.Function is null ? values.FirstOrDefault() : Apply(column, [.. values]);
        }),
    ];

    private static object? Apply(AggregateColumn column, List<object?> values)
    {
        var field = column.Path.Field;
        var order = Comparer<object?>.Create((a, b) => SoqlOrdering.Compare(field, a, b));
        return column.Function switch
        {
            "COUNT" => (decimal)values.Count,
            "COUNT_DISTINCT" => (decimal)new SortedSet<object?>(values, order).Count,
            _ when values.Count == 0 => null,
            "MIN" => values.Min(order),
            "MAX" => values.Max(order),
            "SUM" => values.Sum(v => (decimal)v!),
            _ => decimal.Round(values.Average(v => (decimal)v!), 10),
        };
    }

    private AggregateColumn Column(SoqlQuery query, SoqlSelection selection, SoqlNames names, ObjectType type, ref int nameless)
    {
        if (selection.IsGroup)
        {
            throw SoqlError.At(query.Text, selection.Field.Position, "MALFORMED_QUERY", "The SOQL FIELDS function is not supported in aggregate queries");
        }

        var path = names.Path(type, selection.Field);
        if (selection.Function is not { } function)
        {
            return _groups.Any(g => g.Field == path.Field && g.References.SequenceEqual(path.References))
                ? new AggregateColumn(selection.Alias ?? path.Field.Name, path, null)
                : throw SoqlError.At(
                    query.Text, selection.Field.Position, "MALFORMED_QUERY", $"Field must be grouped or aggregated: {path.Field.Name}");
        }

        var fits = function switch
        {
            "SUM" or "AVG" => path.Field.Kind is FieldKind.Number or FieldKind.Integer,
            "MIN" or "MAX" => path.Field.Kind is not (FieldKind.Compound or FieldKind.Boolean or FieldKind.MultiPicklist) && path.Field.Sortable,
            _ => path.Field.Kind is not FieldKind.Compound && path.Field.Filterable,
        };
        return fits
            ? new AggregateColumn(selection.Alias ?? $"expr{nameless++}", path, function)
            : throw SoqlError.At(
                query.Text, selection.Field.Position, "MALFORMED_QUERY", $"field {path.Field.Name} does not support aggregate operator {function}");
    }

    private static FieldPath Grouped(SoqlQuery query, SoqlToken token, FieldPath path) => path.Field.Groupable && path.Field.Kind != FieldKind.Compound
        ? path
        : throw SoqlError.At(query.Text, token.Position, "MALFORMED_QUERY", $"field '{token.Text}' can not be grouped in a query call");

    private int KeyColumn(SoqlQuery query, SoqlOrder key)
    {
        var name = key.Field.Text.Split('.')[^1];
        return _columns.ToList().FindIndex(c => name.Equals(c.Name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var column
            ? column
            : throw SoqlError.At(query.Text, key.Field.Position, "MALFORMED_QUERY", $"Ordered field must be grouped or aggregated: {key.Field.Text}");
    }

    /// <summary>Groups by what the platform takes for the same value.</summary>
    private sealed class SameValues(IReadOnlyList<FieldPath> paths) : IEqualityComparer<object?[]>
    {
        public bool Equals(object?[]? x, object?[]? y) =>
            x!.Zip(y!).Zip(paths, (v, path) => SoqlOrdering.Compare(path.Field, v.First, v.Second) == 0).All(same => same);

        public int GetHashCode(object?[] values)
        {
            var hash = default(HashCode);
            foreach (var value in values)
            {
                hash.Add(value is string text ? text.ToLowerInvariant() : value);
            }

            return hash.ToHashCode();
        }
    }
}
