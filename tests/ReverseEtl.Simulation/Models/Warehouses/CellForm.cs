using System.Globalization;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>How a column spells what it stores, and what it refuses. Cells hold neutral text in the column's own spelling.</summary>
internal static class CellForm
{
    private const string Unstorable = "the text holds a character that cannot be stored";

    /// <summary>The value as the column stores it.</summary>
    /// <returns>The value and no problem, or why it cannot be stored; the reason holds no value.</returns>
    public static (FieldValue Stored, string? Problem) Store(TableColumn column, FieldValue value)
    {
        if (value.Text is not { } text)
        {
            return (FieldValue.Null, null);
        }

        if (!IsStorable(text))
        {
            return (default, Unstorable);
        }

        var stored = Spell(column.Type, value);
        return stored is null
            ? (default, $"invalid input for {column.Type.Kind.ToString().ToLowerInvariant()}")
            : (column.Normaliser is { } normalise && stored.Value.Text is { } spelled ? FieldValue.Of(normalise(spelled)) : stored.Value, null);
    }

    /// <summary>Whether the column still holds what was read from it. Texts compare exactly, all others by what they mean.</summary>
    public static bool Holds(TableColumn column, FieldValue cell, FieldValue expected) =>
        IsText(column.Type.Kind) ? cell == expected : column.Type.Same(cell, expected);

    /// <summary>Whether a text has no U+0000 and no half of a surrogate pair.</summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !isPair))
            {
                return false;
            }

            i += isPair ? 1 : 0;
        }

        return true;
    }

    // Null when the type cannot hold it.
    private static FieldValue? Spell(FieldType type, FieldValue value)
    {
        if (type.Kind is FieldKind.MultiPicklist)
        {
            var members = FieldType.SplitList(value.Text!);
            return type.Options is { } options && members.Any(member => !options.Contains(member)) ? null : FieldValue.Of(string.Join(FieldType.ListSeparator, members));
        }

        if (IsText(type.Kind))
        {
            var isTooLong = type.MaxLength is { } most && value.Text!.EnumerateRunes().Count() > most;
            return isTooLong || type.Options?.Contains(value.Text!) is false ? null : value;
        }

        if (type.Refuse(value) is not null)
        {
            return null;
        }

        return type.Kind is FieldKind.Decimal && type.Canon(value).Text is not null ? Number(type, value.Text!) : type.Canon(value);
    }

    // A numeric with a scale shows all its digits; one without keeps those that were given.
    private static FieldValue Number(FieldType type, string text) => FieldValue.Of(
        type.Scale is { } scale
            ? decimal.Round(decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), scale, MidpointRounding.AwayFromZero)
                .ToString($"F{scale}", CultureInfo.InvariantCulture)
            : text.Trim());

    private static bool IsText(FieldKind kind) => kind is FieldKind.Text or FieldKind.Email or FieldKind.Picklist or FieldKind.Reference;
}
