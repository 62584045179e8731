using System.Globalization;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>A column's type: how its values are read, compared and written as neutral text.</summary>
/// <param name="Name">
/// The base type's name in SQL, without length or precision: an explicit cast to <c>varchar(5)</c> would cut in silence, while an
/// assignment of a too long text is an error.
/// </param>
/// <param name="Form">How values travel.</param>
/// <param name="Type">What it is to the engine.</param>
internal sealed record PgType(string Name, PgForm Form, FieldType Type)
{
    /// <summary>Whether <c>=</c> exists and serves an index, while it may see more values as equal than text does.</summary>
    public bool HasEquality { get; init; }

    /// <summary>The expression that a select list takes.</summary>
    public string Read(string column) => Form switch
    {
        PgForm.Cast or PgForm.Numeric => $"{column}::text",
        PgForm.TextArray => $"{column}::text[]",
        _ => column,
    };

    /// <summary>The value as the neutral text of a key part.</summary>
    public string AsText(string column) => Form switch
    {
        PgForm.Text => column,
        PgForm.Date => $"to_char({column}, 'YYYY-MM-DD')",
        PgForm.Timestamp => InstantText(column),
        PgForm.TimestampTz => InstantText($"({column} AT TIME ZONE 'UTC')"),
        PgForm.TextArray => $"array_to_string({column}, '{FieldType.ListSeparator}')",
        _ => $"{column}::text",
    };

    /// <summary>The value that a neutral text stands for.</summary>
    public string FromText(string text) => Form switch
    {
        PgForm.Text => text,
        PgForm.TextArray => $"string_to_array({text}, '{FieldType.ListSeparator}')::{Name}",
        _ => $"{text}::{Name}",
    };

    /// <summary>Whether the column still holds what was read from it as this text.</summary>
    /// <remarks>
    /// Texts compare byte by byte, so that a collation or type without case does not hide a change. Types without <c>=</c>, such as
    /// json, compare by their text too.
    /// </remarks>
    public string Holds(string column, string text) => Form switch
    {
        PgForm.Text or PgForm.Cast => $"{column}::text COLLATE \"C\" IS NOT DISTINCT FROM {text}",
        PgForm.TextArray => $"{AsText(column)} COLLATE \"C\" IS NOT DISTINCT FROM {text}",
        _ => $"{column} IS NOT DISTINCT FROM {FromText(text)}",
    };

    /// <summary>
    /// The expression that the server's hash of a row takes: every type that goes this way can be hashed, and texts that differ in a byte
    /// differ, whatever the collation says.
    /// </summary>
    public string ToHash(string column) => Form switch
    {
        PgForm.Text => $"{column} COLLATE \"C\"",
        PgForm.Cast => $"{column}::text COLLATE \"C\"",
        PgForm.TextArray => $"{column}::text[] COLLATE \"C\"",
        _ => column,
    };

    /// <summary>Whether the key column is this key part: by the type's own equality for the index's sake, and by text for exactness.</summary>
    public string IsKey(string column, string text) => Form is PgForm.Text
        ? $"{column} = {text}"
        : HasEquality
            ? $"({column} = {FromText(text)} AND {AsText(column)} = {text})"
            : $"{AsText(column)} = {text}";

    /// <summary>Whether a row could have this key part; a text that the type cannot read would fail a whole statement.</summary>
    public bool CanBeKey(string part) => Sql.IsStorable(part) && Form switch
    {
        PgForm.Int16 => short.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        PgForm.Int32 => int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        PgForm.Int64 => long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        PgForm.Boolean => part is "true" or "false",
        PgForm.Date => Instants.TryDate(part, out _),
        PgForm.Timestamp or PgForm.TimestampTz => Instants.TryInstant(part, out _),
        PgForm.Uuid => Guid.TryParseExact(part, "D", out _),
        PgForm.Cast => Type.Options?.Contains(part, StringComparer.Ordinal) ?? true,
        _ => true,
    };

    /// <summary>
    /// Why a value must not be sent, or null. Postgres would take <c>today</c> for a date, and <c>01/02/2024</c> for either of two:
    /// only the forms that are read from it are written to it.
    /// </summary>
    public string? Refuse(FieldValue value) => Form switch
    {
        PgForm.Date when ToStore(value) is { } text && !PgTime.IsDay(text) => "is not a date",
        PgForm.Timestamp or PgForm.TimestampTz when ToStore(value) is { } text && !PgTime.IsInstant(text) => "is not a point in time",
        _ => null,
    };

    /// <summary>The text that is sent for a value to be stored: spelled so that Postgres reads it.</summary>
    public string? ToStore(FieldValue value) => value.Text is not { } text ? null : Form switch
    {
        PgForm.Text or PgForm.Cast => text,
        PgForm.TextArray => string.Join(FieldType.ListSeparator, FieldType.SplitList(text)),
        PgForm.Numeric or PgForm.Single or PgForm.Double or PgForm.Uuid => string.IsNullOrWhiteSpace(text) ? null : text,
        _ => Plain(text),
    };

    /// <summary>The text that is sent for a value that was read from the column before.</summary>
    public string? ToCompare(FieldValue value) => Form switch
    {
        PgForm.Int16 or PgForm.Int32 or PgForm.Int64 or PgForm.Boolean or PgForm.Date or PgForm.Timestamp or PgForm.TimestampTz
            when value.Text is { } text => Plain(text),
        _ => value.Text,
    };

    // 17.0 for an integer, an instant for a date, an offset for a timestamp without zone: the canonical text without limits fits all.
    private string? Plain(string text) => new FieldType(Type.Kind).Canon(FieldValue.Of(text)).Text;

    private static string InstantText(string column) =>
        $"(rtrim(rtrim(to_char({column}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), '0'), '.') || 'Z')";
}
