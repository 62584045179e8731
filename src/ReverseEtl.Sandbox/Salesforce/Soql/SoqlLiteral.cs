using System.Globalization;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>Reads a literal by the type of the field it is compared with.</summary>
internal static class SoqlLiteral
{
    public static object? Read(string query, FieldDefinition field, SoqlToken token)
    {
        if (token.Is("null"))
        {
            return null;
        }

        object? value = field.Kind switch
        {
            FieldKind.Boolean => token.Is("true") ? true : token.Is("false") ? false : null,
            FieldKind.Integer or FieldKind.Number => token.Kind == TokenKind.Literal
                && decimal.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
            FieldKind.Date => token.Kind == TokenKind.Literal
                && DateOnly.TryParseExact(token.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
            FieldKind.DateTime => token.Kind == TokenKind.Literal ? ValueParser.ParseDateTime(token.Text) : null,
            FieldKind.Id or FieldKind.Reference => token.Kind == TokenKind.Text ? Id(field, token.Text) : null,
            _ => token.Kind == TokenKind.Text ? token.Text : null,
        };
        return value ?? throw WrongType(query, field, token);
    }

    private static string Id(FieldDefinition field, string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        return SalesforceId.TryNormalize(text, out var id)
            ? id
            : throw SoqlError.Plain("INVALID_QUERY_FILTER_OPERATOR", $"invalid ID field: {text} ({field.Name})");
    }

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
