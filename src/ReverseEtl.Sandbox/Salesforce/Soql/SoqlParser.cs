using System.Globalization;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>Parses the SOQL that sync clients use: fields, subqueries, FROM, WHERE with semi-joins, GROUP BY, ORDER BY, LIMIT, OFFSET, COUNT() and the
/// other aggregate functions.</summary>
internal sealed class SoqlParser
{
    private const int MostConditionCharacters = 4000;
    private const int MostOffset = 2000;
    private const int MostCharacters = 100_000;
    private const int MostGroupRows = 200;

    /// <summary>Deeper nesting is refused before it can exhaust the stack.</summary>
    private const int MostNesting = 100;
    private static readonly HashSet<string> Comparisons =
        new(StringComparer.OrdinalIgnoreCase) { "=", "!=", "<>", "<", "<=", ">", ">=", "LIKE" };

    private static readonly HashSet<string> Aggregates =
        new(StringComparer.OrdinalIgnoreCase) { "COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG" };

    /// <summary>The words that may follow the object of a FROM, so that none of them is taken for its alias.</summary>
    private static readonly HashSet<string> Clauses = new(StringComparer.OrdinalIgnoreCase)
    {
        "WHERE", "ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING", "FOR", "USING", "WITH", "ALL", "UPDATE",
    };


    private readonly string _query;
    private readonly IReadOnlyList<SoqlToken> _tokens;
    private int _at;
    private int _nesting;

    private SoqlParser(string query)
    {
        _query = query;
        _tokens = SoqlLexer.Read(query);
    }

    private SoqlToken Next => _tokens[_at];

    public static SoqlQuery Parse(string query)
    {
        if (query.Length > MostCharacters)
        {
            throw SoqlError.Plain("MALFORMED_QUERY", $"SOQL statements cannot be longer than {MostCharacters} characters.");
        }

        var parser = new SoqlParser(query);
        var parsed = parser.Query(isChild: false);
        return parser.Next.Kind == TokenKind.End ? parsed : throw parser.Unexpected();
    }

    private SoqlQuery Query(bool isChild)
    {
        Expect("SELECT");
        var isCount = !isChild && TryCount();
        var children = new List<SoqlQuery>();
        var fields = isCount ? [] : Fields(isChild ? null : children);
        Expect("FROM");
        var from = Name();
        var alias = Next.Kind == TokenKind.Name && !Clauses.Contains(Next.Text) ? Take().Text : null;
        var where = Try("WHERE") ? Condition() : null;
        var group = Try("GROUP") ? GroupBy() : [];
        var order = Try("ORDER") ? OrderBy() : [];
        int? limit = Try("LIMIT") ? Whole() : null;
        var offset = Try("OFFSET") ? Whole() : 0;
        if (Try("FOR") && !Try("VIEW") && !Try("REFERENCE"))
        {
            throw Unexpected();
        }

        if (fields.Any(f => f.IsGroup && !f.Field.Is("STANDARD")) && limit is not <= MostGroupRows)
        {
            throw SoqlError.Plain("MALFORMED_QUERY", $"The SOQL FIELDS function must have a LIMIT of at most {MostGroupRows}");
        }

        return offset > MostOffset
            ? throw SoqlError.Plain("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
            : new SoqlQuery(_query, fields, children, from, alias, where, group, order, limit, offset, isCount);
    }

    private bool TryCount()
    {
        if (!Next.Is("COUNT") || !_tokens[_at + 1].Is("(") || !_tokens[_at + 2].Is(")"))
        {
            return false;
        }

        _at += 3;
        return true;
    }

    /// <param name="children">Takes the subqueries; null where there may be none: they do not nest.</param>
    private List<SoqlSelection> Fields(List<SoqlQuery>? children)
    {
        var fields = new List<SoqlSelection>();
        do
        {
            if (children is not null && Try("("))
            {
                children.Add(Query(isChild: true));
                Expect(")");
            }
            else
            {
                fields.Add(Selection());
            }
        }
        while (Try(","));
        return fields;
    }

    private SoqlSelection Selection()
    {
        var name = Next.Is("FROM") ? throw Unexpected() : Name();
        var isCall = Next.Is("(");
        if (isCall && Aggregates.Contains(name.Text))
        {
            Expect("(");
            var path = Name();
            Expect(")");
            return new SoqlSelection(path, Function: name.Text.ToUpperInvariant(), Alias: OwnName());
        }

        if (!isCall || !name.Is("FIELDS"))
        {
            return new SoqlSelection(name, Alias: OwnName());
        }

        Expect("(");
        var group = Next.Is("ALL") || Next.Is("STANDARD") || Next.Is("CUSTOM") ? Take() : throw Unexpected();
        Expect(")");
        return new SoqlSelection(group, IsGroup: true);
    }

    private string? OwnName() => Next.Kind == TokenKind.Name && !Next.Is("FROM") ? Take().Text : null;

    private List<SoqlToken> GroupBy()
    {
        Expect("BY");
        var paths = new List<SoqlToken>();
        do
        {
            paths.Add(Name());
        }
        while (Try(","));
        return paths;
    }

    /// <summary>AND and OR do not mix without parentheses.</summary>
    private SoqlCondition Condition()
    {
        var parts = new List<SoqlCondition> { Term() };
        var keyword = Next.Is("AND") ? "AND" : "OR";
        while (Try(keyword))
        {
            parts.Add(Term());
        }

        if (Next.Is("AND") || Next.Is("OR"))
        {
            throw Unexpected();
        }

        return parts.Count == 1 ? parts[0] : keyword == "AND" ? new SoqlAnd(parts) : new SoqlOr(parts);
    }

    private SoqlCondition Term()
    {
        if (++_nesting > MostNesting)
        {
            throw SoqlError.Plain(
                "QUERY_TOO_COMPLICATED", "Query is either selecting too many fields or the filter conditions are too complicated.");
        }

        SoqlCondition term;
        if (Try("NOT"))
        {
            term = new SoqlNot(Term());
        }
        else if (Try("("))
        {
            term = Condition();
            Expect(")");
        }
        else
        {
            term = Comparison();
        }

        _nesting--;
        return term;
    }

    private SoqlComparison Comparison()
    {
        var field = Name();
        if (Comparisons.Contains(Next.Text) && Next.Kind != TokenKind.Text)
        {
            var symbol = Take().Text.ToUpperInvariant();
            return new SoqlComparison(field, symbol == "<>" ? "!=" : symbol, [Value()]);
        }

        var negated = Try("NOT");
        if (Try("IN"))
        {
            var membership = negated ? "NOT IN" : "IN";
            return SemiJoin() is { } inner ? new SoqlComparison(field, membership, [], inner) : new SoqlComparison(field, membership, Values());
        }

        return !negated && (Next.Is("INCLUDES") || Next.Is("EXCLUDES"))
            ? new SoqlComparison(field, Take().Text.ToUpperInvariant(), Values())
            : throw Unexpected();
    }

    private SoqlQuery? SemiJoin()
    {
        if (!Next.Is("(") || !_tokens[_at + 1].Is("SELECT"))
        {
            return null;
        }

        Expect("(");
        var inner = Query(isChild: true);
        Expect(")");
        return inner;
    }

    private List<SoqlToken> Values()
    {
        Expect("(");
        var values = new List<SoqlToken>();
        do
        {
            values.Add(Value());
        }
        while (Try(","));
        Expect(")");
        return values;
    }

    private SoqlToken Value()
    {
        if (Next.Kind is not (TokenKind.Text or TokenKind.Literal) && !Next.Is("null") && !Next.Is("true") && !Next.Is("false")
            && !(Next.Kind == TokenKind.Name && SoqlDateRange.IsKnown(Next.Text)))
        {
            throw Unexpected();
        }

        return Next.Text.Length > MostConditionCharacters
            ? throw SoqlError.Plain("MALFORMED_QUERY", $"A string in the WHERE clause is longer than {MostConditionCharacters} characters")
            : Take();
    }

    private List<SoqlOrder> OrderBy()
    {
        Expect("BY");
        var keys = new List<SoqlOrder>();
        do
        {
            var field = Name();
            var descending = Try("DESC");
            _ = !descending && Try("ASC");
            bool? nullsLast = Try("NULLS") ? Try("LAST") || !Expect("FIRST") : null;
            keys.Add(new SoqlOrder(field, descending, nullsLast));
        }
        while (Try(","));
        return keys;
    }

    private int Whole()
    {
        var token = Take();
        return token.Kind == TokenKind.Literal && int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unexpected(token);
    }

    private SoqlToken Name() => Next.Kind == TokenKind.Name ? Take() : throw Unexpected();

    private SoqlToken Take() => _tokens[Math.Min(_at++, _tokens.Count - 1)];

    private bool Try(string keyword)
    {
        if (!Next.Is(keyword))
        {
            return false;
        }

        _at++;
        return true;
    }

    private bool Expect(string keyword) => Try(keyword) ? true : throw Unexpected();

    private SalesforceException Unexpected(SoqlToken? token = null)
    {
        var found = token ?? Next;
        return found.Kind == TokenKind.End
            ? SoqlError.Plain("MALFORMED_QUERY", "unexpected token: '<EOF>'")
            : SoqlError.At(_query, found.Position, "MALFORMED_QUERY", $"unexpected token: '{found.Text}'");
    }
}
