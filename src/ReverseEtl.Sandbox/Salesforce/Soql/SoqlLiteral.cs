using System.Globalization;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>Reads a literal by the type of the field it is compared with.</summary>
internal static class SoqlLiteral
{
    /// <param name="query">The whole query, for error messages.</param>
    /// <param name="field">The field compared.</param>
    /// <param name="token">The literal.</param>
    /// <param name="today">What relative dates start from.</param>
    public static object? Read(string query, FieldDefinition field, SoqlToken token, DateOnly today)
    {
        if (token.Is("null"))
        {
            return null;
        }

        if (field.Kind is FieldKind.Date or FieldKind.DateTime && token.Kind == TokenKind.Name && SoqlDateRange.IsKnown(token.Text))
        {
            return SoqlDateRange.Parse(token.Text, today)
                ?? throw SoqlError.At(query, token.Position, "MALFORMED_QUERY", $"invalid date literal: '{token.Text}'");
        }

        object? value = field.Kind switch
        {
            FieldKind.Boolean => token.Is("true") ? true : token.Is("false") ? false : null,
            FieldKind.Integer or FieldKind.Number => token.Kind == TokenKind.Literal
                && decimal.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
            FieldKind.Date => token.Kind == TokenKind.Literal
                && DateOnly.TryParseExact(token.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
            FieldKind.DateTime => token.Kind == TokenKind.Literal ? ValueParser.ParseDateTime(token.Text) : null,
            FieldKind.Id or FieldKind.Reference => token.Kind == TokenKind.Text ? Id(query, token) : null,
            _ => token.Kind == TokenKind.Text ? token.Text : null,
        };
        return value ?? throw WrongType(query, field, token);
    }

    private static string Id(string query, SoqlToken token) =>
        token.Text.Length == 0 ? token.Text
        : SalesforceId.TryNormalize(token.Text, out var id) ? id
        : throw SoqlError.At(query, token.Position, "INVALID_QUERY_FILTER_OPERATOR", $"invalid ID field: {token.Text}");

    private static SalesforceException WrongType(string query, FieldDefinition field, SoqlToken token)
    {
        var type = field.Kind switch
        {
            FieldKind.DateTime => "dateTime",
            FieldKind.Number => "double",
            FieldKind.Integer or FieldKind.Date or FieldKind.Boolean => field.Type,
            FieldKind.Id or FieldKind.Reference => "id",
            _ => "string",
        };
        var quotes = type is "string" or "id" ? "should be enclosed in quotes" : "should not be enclosed in quotes";
        return SoqlError.At(
            query, token.Position, "INVALID_FIELD", $"value of filter criterion for field '{field.Name}' must be of type {type} and {quotes}");
    }
}
