using System.Globalization;
using System.Numerics;

namespace ReverseEtl.Core.Values;

/// <summary>The type of a field on one side: how its values compare, and what it can hold.</summary>
/// <param name="Kind">The kind of value.</param>
public sealed record FieldType(FieldKind Kind)
{
    /// <summary>Longest text in UTF-16 units; null for no limit.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Digits before the decimal point; null for no limit.</summary>
    public int? IntegerDigits { get; init; }

    /// <summary>Digits kept behind the decimal point; null for all. Further digits carry no meaning on this side.</summary>
    public int? Scale { get; init; }

    /// <summary>The finest step of an instant on this side, e.g. one second in Salesforce; zero for ticks.</summary>
    public TimeSpan Resolution { get; init; }

    /// <summary>The values of a closed list; null when the list is open or the field is no list.</summary>
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>
    /// Of a <see cref="FieldKind.Reference"/>: how many characters tell one record from another; whatever follows them only repeats what they say
    /// (the last 3 of Salesforce's 18). Null for all.
    /// </summary>
    public int? IdLength { get; init; }

    /// <summary>The separator of a <see cref="FieldKind.MultiPicklist"/> in neutral text.</summary>
    public const char ListSeparator = ';';

    /// <summary>
    /// The form in which values compare. <c>Canon(Canon(x)) = Canon(x)</c>; blank text is null; a value that does not parse as the
    /// kind is left as it is, so that it is never equal to something it is not. States other than a value pass through.
    /// </summary>
    public FieldValue Canon(FieldValue value) =>
        value.State is not ValueState.Value ? value : CanonText(value.Text!.Trim());

    /// <summary>Whether two values mean the same on this side.</summary>
    public bool Same(FieldValue a, FieldValue b) => Canon(a) == Canon(b);

    /// <summary>Why this side cannot hold the value, in words for a person; null when it can.</summary>
    public string? Refuse(FieldValue value)
    {
        // Blank text is null wherever values compare, so it clears the field, and every side can hold nothing.
        if (Canon(value).State is not ValueState.Value)
        {
            return null;
        }

        var text = value.Text!;
        var problem = Kind switch
        {
            FieldKind.Integer when !Numbers.TryInteger(text, out _) => "is not a whole number",
            FieldKind.Decimal when !Numbers.TryDecimal(text, out _) => "is not a number",
            FieldKind.Boolean when !TryBoolean(text, out _) => "is neither true nor false",
            FieldKind.Date when !Instants.TryDate(text, out _) => "is not a date",
            FieldKind.Timestamp when !Instants.TryInstant(text, out _) => "is not a point in time",
            _ => null,
        };
        return problem ?? RefuseSize(text);
    }

    private string? RefuseSize(string text)
    {
        if (MaxLength is { } max && text.Length > max)
        {
            return $"has {text.Length} characters, the field holds {max}";
        }

        if (IntegerDigits is { } digits && Numbers.TryWholePart(text, out var whole)
            && BigInteger.Abs(whole).ToString(CultureInfo.InvariantCulture).Length > Math.Max(digits, 1))
        {
            return $"has more than {digits} digits before the decimal point";
        }

        if (Options is { } options)
        {
            var parts = Kind is FieldKind.MultiPicklist ? SplitList(text) : [text];
            if (parts.FirstOrDefault(part => !options.Contains(part, StringComparer.Ordinal)) is { } stranger)
            {
                return $"'{stranger}' is not in the pick-list";
            }
        }

        return null;
    }

    private FieldValue CanonText(string text) => Kind switch
    {
        FieldKind.Integer => Numbers.TryInteger(text, out var whole) ? FieldValue.Of(whole.ToString(CultureInfo.InvariantCulture)) : Plain(text),
        FieldKind.Decimal => Numbers.TryDecimal(text, out var number) ? FieldValue.Of(Numbers.Canon(number, Scale)) : Plain(text),
        FieldKind.Boolean => TryBoolean(text, out var flag) ? FieldValue.Of(flag ? "true" : "false") : Plain(text),
        FieldKind.Date => Instants.TryDate(text, out var day) ? FieldValue.Of(Instants.Format(day)) : Plain(text),
        FieldKind.Timestamp => Instants.TryInstant(text, out var instant) ? FieldValue.Of(Instants.Format(Instants.Floor(instant, Resolution))) : Plain(text),
        FieldKind.MultiPicklist => CanonList(text),
        FieldKind.Email => Plain(text.ToLowerInvariant()),
        FieldKind.Reference when text.Length > IdLength => Plain(text[..IdLength.Value].Trim()),
        _ => Plain(text),
    };

    private static FieldValue Plain(string text)
    {
        var plain = text.Contains('\r', StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;
        return plain.Length == 0 ? FieldValue.Null : FieldValue.Of(plain);
    }

    private static FieldValue CanonList(string text)
    {
        var parts = SplitList(text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return parts.Count == 0 ? FieldValue.Null : FieldValue.Of(string.Join(ListSeparator, parts));
    }

    /// <summary>The members of a multi-pick-list, trimmed, blanks left out, in the order given.</summary>
    public static IReadOnlyList<string> SplitList(string text) =>
        text.Split(ListSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool TryBoolean(string text, out bool value)
    {
        value = text.Trim().ToLowerInvariant() is "true" or "t" or "1" or "yes" or "y";
        return value || text.Trim().ToLowerInvariant() is "false" or "f" or "0" or "no" or "n";
    }
}
