using System.Globalization;
using CsCheck;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Properties;

/// <summary>One record, perturbed twice: independent values would hardly ever be edits of each other.</summary>
internal static class RecordGen
{
    public static readonly Gen<FieldValue> Value = Gen.OneOf(
        Gen.OneOf("a", "b", "B", "c ", "12.345", "12.3", "2024-01-02T03:04:05.678Z", "long text beyond", "x;y", "y;x", "")
            .Select(text => FieldValue.Of(text)),
        Gen.Const(FieldValue.Null),
        Nasty.WellFormed.Select(text => FieldValue.Of(text)));

    public static readonly Gen<Normaliser> Spelling = Gen.OneOf<Normaliser>(
    [
        .. Normaliser.All,
        new("trim", text => text?.Trim()),
        new("truncate", text => text is { Length: > 4 } ? text[..4] : text),
        new("empty is null", text => text is "" ? null : text),
        new("whole seconds", text => text?.Replace(".678", "", StringComparison.Ordinal)),
        new("round", text => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && text.Contains('.')
            ? decimal.Round(number, 1).ToString(CultureInfo.InvariantCulture)
            : text),
        new("sorted set", text => text is null ? null : string.Join(';', text.Split(';').Order(StringComparer.Ordinal))),
    ]);

    private static readonly Gen<Edit> Perturbation = Gen.Select(Gen.Bool, Value, (touches, value) => new Edit(touches, value));

    private static readonly Gen<FieldStart> Field =
        from owner in Gen.OneOf(Enum.GetValues<FieldOwner>())
        from drift in Gen.OneOf(Enum.GetValues<DriftRule>())
        from policy in Gen.OneOf(Enum.GetValues<ConflictPolicy>())
        from kind in Gen.OneOf(FieldKind.Text, FieldKind.Email, FieldKind.Decimal, FieldKind.Timestamp, FieldKind.MultiPicklist, FieldKind.Picklist)
        from agreed in Value
        from warehouse in Perturbation
        from crm in Perturbation
        from warehouseSpells in Spelling
        from crmSpells in Spelling
        from tells in Gen.Bool
        select new FieldStart(Make.Rule(owner, drift, policy, kind: kind), agreed, warehouse, crm, warehouseSpells, crmSpells, tells);

    public static readonly Gen<FieldStart[]> Record = Field.Array[1, 8];
}
