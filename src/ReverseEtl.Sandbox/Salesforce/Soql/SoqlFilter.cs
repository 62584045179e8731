using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

internal delegate bool RowFilter(SfRecord record, RowVersion version);

/// <summary>Turns a WHERE condition into a predicate.</summary>
/// <param name="names">The names of the query.</param>
/// <param name="reader">Reads the fields of a row.</param>
/// <param name="query">The whole query, for error messages.</param>
/// <param name="type">The object in FROM.</param>
/// <param name="today">What relative dates start from.</param>
/// <param name="semiJoin">Runs the query of a semi-join.</param>
internal sealed class SoqlFilter(
    SoqlNames names,
    RowReader reader,
    string query,
    ObjectType type,
    DateOnly today,
    Func<SoqlQuery, (FieldDefinition Field, HashSet<object> Values)> semiJoin)
{
    public RowFilter Compile(SoqlCondition condition)
    {
        switch (condition)
        {
            case SoqlAnd and:
                var all = and.Parts.Select(Compile).ToArray();
                return (record, version) => Array.TrueForAll(all, f => f(record, version));
            case SoqlOr or:
                var any = or.Parts.Select(Compile).ToArray();
                return (record, version) => Array.Exists(any, f => f(record, version));
            case SoqlNot not:
                var inner = Compile(not.Part);
                return (record, version) => !inner(record, version);
            default:
                return Comparison((SoqlComparison)condition);
        }
    }

    private RowFilter Comparison(SoqlComparison comparison)
    {
        var path = names.Path(type, comparison.Field);
        var field = path.Field;
        if (!field.Filterable || field.Kind == FieldKind.Compound)
        {
            throw SoqlError.At(
                query, comparison.Field.Position, "INVALID_FIELD", $"field '{field.Name}' can not be filtered in a query call");
        }

        var test = comparison.Inner is { } inner
            ? Member(comparison, field, semiJoin(inner))
            : Test(comparison, field, [.. comparison.Values.Select(v => SoqlLiteral.Read(query, field, v, today))]);
        return path.References.Count == 0
            ? (record, version) => test(reader.Read(record, version, field))
            : (record, version) => test(path.Read(reader, record, version));
    }

    private Func<object?, bool> Test(SoqlComparison comparison, FieldDefinition field, List<object?> values)
    {
        if (values.OfType<SoqlDateRange>().FirstOrDefault() is { } range)
        {
            return Span(comparison.Operator, range) ?? throw InvalidOperator(comparison, field);
        }

        var value = values[0] is "" ? null : values[0];
        switch (comparison.Operator)
        {
            case "=":
                return v => SoqlOrdering.Compare(field, v, value) == 0;
            case "!=":
                return v => SoqlOrdering.Compare(field, v, value) != 0;
            case "LIKE" when values[0] is string pattern && field.Kind is not (FieldKind.Id or FieldKind.Reference):
                var like = Like(pattern);
                return v => v is string text && like.IsMatch(text);
            case "IN" or "NOT IN":
                var set = values.Select(v => v is string text ? Key(field, text) : v ?? DBNull.Value).ToHashSet();
                var negated = comparison.Operator == "NOT IN";
                return v => set.Contains(v is string text ? Key(field, text) : v ?? DBNull.Value) != negated;
            case "INCLUDES" or "EXCLUDES" when field.Kind == FieldKind.MultiPicklist:
                var groups = values.Select(v => ((string?)v ?? "").Split(';')).ToList();
                var includes = comparison.Operator == "INCLUDES";
                return v => groups.Exists(g => Array.TrueForAll(g, ((v as string) ?? "").Split(';').Contains)) == includes;
            case "<" or "<=" or ">" or ">=" when field.Kind is not (FieldKind.Boolean or FieldKind.MultiPicklist):
                return Range(comparison.Operator, field, value);
            default:
                throw InvalidOperator(comparison, field);
        }
    }

    private SalesforceException InvalidOperator(SoqlComparison comparison, FieldDefinition field) =>
        SoqlError.At(query, comparison.Field.Position, "INVALID_QUERY_FILTER_OPERATOR", $"invalid operator on {field.Type} field");

    /// <summary>A semi-join compares ids with ids (SOQL reference).</summary>
    private Func<object?, bool> Member(SoqlComparison comparison, FieldDefinition field, (FieldDefinition Field, HashSet<object> Values) inner)
    {
        if (field.Kind is not (FieldKind.Id or FieldKind.Reference) || inner.Field.Kind is not (FieldKind.Id or FieldKind.Reference))
        {
            throw SoqlError.At(
                query, comparison.Field.Position, "INVALID_FIELD", $"The inner and outer selects of a semi-join on '{field.Name}' must be ids");
        }

        var wanted = comparison.Operator == "IN";
        return v => v is not null && inner.Values.Contains(v) == wanted;
    }

    /// <summary>Compares with a span of days; null for the operators that take none.</summary>
    private static Func<object?, bool>? Span(string symbol, SoqlDateRange range) => symbol switch
    {
        "=" => v => v is not null && range.Place(v) == 0,
        "!=" => v => v is null || range.Place(v) != 0,
        "<" => v => v is not null && range.Place(v) < 0,
        "<=" => v => v is not null && range.Place(v) <= 0,
        ">" => v => v is not null && range.Place(v) > 0,
        ">=" => v => v is not null && range.Place(v) >= 0,
        _ => null,
    };

    /// <summary>null is neither below nor above anything.</summary>
    private static Func<object?, bool> Range(string symbol, FieldDefinition field, object? value) => symbol switch
    {
        "<" => v => v is not null && value is not null && SoqlOrdering.Compare(field, v, value) < 0,
        "<=" => v => v is not null && value is not null && SoqlOrdering.Compare(field, v, value) <= 0,
        ">" => v => v is not null && value is not null && SoqlOrdering.Compare(field, v, value) > 0,
        _ => v => v is not null && value is not null && SoqlOrdering.Compare(field, v, value) >= 0,
    };

    private static string Key(FieldDefinition field, string text) =>
        SoqlOrdering.CaseCounts(field) ? text : text.ToLowerInvariant();

    private static Regex Like(string pattern)
    {
        var regex = new System.Text.StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length && pattern[i + 1] is ('_' or '%'))
            {
                regex.Append(Regex.Escape(pattern[++i].ToString()));
            }
            else
            {
                regex.Append(pattern[i] switch { '%' => ".*", '_' => ".", var c => Regex.Escape(c.ToString()) });
            }
        }

        // Without backtracking, no pattern takes longer than its text.
        return new Regex(
            regex.Append(@"\z").ToString(),
            RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
