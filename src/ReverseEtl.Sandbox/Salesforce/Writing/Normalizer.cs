using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Brings one value into the form it is stored in, or refuses it (reference §2.2, §4).</summary>
internal sealed partial class Normalizer(Org org)
{
    public static SalesforceException OutOfRange(FieldDefinition field, string value) =>
        new("NUMBER_OUTSIDE_VALID_RANGE", $"{field.Label}: value outside of valid range on numeric field: {value}", field.Name);

    public object? Normalize(FieldDefinition field, object? value) => value switch
    {
        null when field.Kind == FieldKind.Boolean => NullCheckbox(field),
        string text => Text(field, text),
        int number => Number(field, number),
        decimal number => Number(field, number),
        DateTimeOffset time => time.ToUniversalTime().AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)),
        _ => value,
    };

    private bool NullCheckbox(FieldDefinition field) => org.Switches.NullCheckboxIsFalse
        ? false
        : throw new SalesforceException("INVALID_TYPE_ON_FIELD_IN_RECORD", $"{field.Label}: value not of required type: null", field.Name);

    private string? Text(FieldDefinition field, string raw)
    {
        var text = org.Switches.TrimText ? raw.Trim() : raw;
        if (field.Kind == FieldKind.TextArea && org.Switches.NormalizeLineEnds && text.Contains('\r'))
        {
            text = text.Replace("\r\n", "\n").Replace('\r', '\n');
        }

        if (text.Length == 0)
        {
            return null;
        }

        text = field.Kind switch
        {
            FieldKind.Email => Email(field, text),
            FieldKind.Picklist => Picklist(field, text),
            FieldKind.MultiPicklist => MultiPicklist(field, text),
            _ => text,
        };
        return field.Length > 0 && text?.Length > field.Length && field.Kind is not (FieldKind.Reference or FieldKind.Id)
            ? throw new SalesforceException(
                "STRING_TOO_LONG", $"{field.Label}: data value too large: {text} (max length={field.Length})", field.Name)
            : text;
    }

    private string Email(FieldDefinition field, string text)
    {
        if (!EmailSyntax().IsMatch(text))
        {
            throw new SalesforceException("INVALID_EMAIL_ADDRESS", $"{field.Label}: invalid email address: {text}", field.Name);
        }

        return org.Switches.LowerCaseEmail ? text.ToLowerInvariant() : text;
    }

    private static string Picklist(FieldDefinition field, string text) =>
        field.Restricted && !field.Picklist.Contains(text) ? throw BadValue(field, text) : text;

    private string? MultiPicklist(FieldDefinition field, string text)
    {
        var values = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        if (field.Restricted && values.Find(v => !field.Picklist.Contains(v)) is { } unknown)
        {
            throw BadValue(field, unknown);
        }

        var order = field.Picklist.ToList();
        var stored = org.Switches.OrderMultiPicklists
            ? values.OrderBy(v => order.IndexOf(v) is >= 0 and var at ? at : int.MaxValue)
            : values.AsEnumerable();
        return string.Join(';', stored);
    }

    private static decimal Number(FieldDefinition field, decimal number)
    {
        if (field.Kind == FieldKind.Integer)
        {
            return Math.Abs(number) >= PowerOfTen(Math.Max(field.Digits, 1)) ? throw OutOfRange(field, $"{number}") : number;
        }

        // Too many digits before the point are an error; too many after it are cut, not rounded (reference §2.2).
        return Math.Abs(number) >= PowerOfTen(field.Precision - field.Scale)
            ? throw OutOfRange(field, $"{number}")
            : decimal.Truncate(number * PowerOfTen(field.Scale)) / PowerOfTen(field.Scale);
    }

    private static decimal PowerOfTen(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    private static SalesforceException BadValue(FieldDefinition field, string value) => new(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", $"{field.Label}: bad value for restricted picklist field: {value}", field.Name);

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$")]
    private static partial Regex EmailSyntax();
}
