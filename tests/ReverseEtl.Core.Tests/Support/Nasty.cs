using CsCheck;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Support;

/// <summary>Texts and types that have broken synchronisers before.</summary>
internal static class Nasty
{
    private static readonly string[] Pieces =
    [
        "", " ", "\t", "\n", "\r", "\r\n", "\u00a0", "\u2003", "\u0085", "\ufeff", "\u200b", "\0", "\ufffe", "\uffff", "\ue000", "\ufffd",
        "\ud800", "\udbff", "\udc00", "\U0001F600", "\U00010000", "e\u0301", "\u00e9", "\u212a", "\u212b", "\u2126", "\u0130", "\u0131", "\u1e9e", "ß", "ﬁ",
        "\u037e", ";", ",", "|", "\u001f", "\"", "'", "a", "A", "b", "Z",
        "0", "1", "-", "+", ".", "e", "E", "00", "007", "-0", "1e5", "1E28", "1e-28", "1e400", "17.0", "NaN", "∞", "1,5", "0x1F", "٣",
        "79228162514264337593543950335", "-79228162514264337593543950335", "0.0000000000000000000000000001", "123456789012345678901234567890",
        "true", "T", "Y", "no", "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "2024-1-5", "T00:00:00", "T23:59:59.99999999", "T24:00:00", "Z",
        "+14:00", "-14:00", "+0000", "+00", " 10:11:12", "12:30", "5-6", "March-5", "GMT",
    ];

    public static readonly Gen<string> Text = Gen.OneOf(
        Gen.OneOf(Pieces).Array[0, 5].Select(parts => string.Concat(parts)),
        Gen.String,
        Gen.Char.Array[0, 4].Select(chars => new string(chars)));

    public static readonly Gen<FieldType> Type =
        from kind in Gen.OneOf(Enum.GetValues<FieldKind>())
        from scale in Gen.OneOf<int?>(null, 0, 2, 27, 28, 40)
        from resolution in Gen.OneOf(TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1))
        from digits in Gen.OneOf<int?>(null, 0, 1, 18)
        from length in Gen.OneOf<int?>(null, 0, 3)
        from id in Gen.OneOf<int?>(null, 1, 3)
        from closed in Gen.Bool
        select new FieldType(kind)
        {
            Scale = scale,
            Resolution = resolution,
            IntegerDigits = digits,
            MaxLength = length,
            IdLength = id,
            Options = closed ? ["a", "A"] : null,
        };

    public static readonly Gen<FieldValue> Value = Gen.Frequency(
        (8, Text.Select(text => FieldValue.Of(text))),
        (1, Gen.OneOf(FieldValue.Null, FieldValue.NotObserved, FieldValue.Unmoved, FieldValue.Absent)));

    public static readonly Gen<string> WellFormed = Text.Where(text =>
        string.Equals(text, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal));
}
