using CsCheck;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Values;

public sealed class FingerprintTests
{
    private static readonly FieldType Text = new(FieldKind.Text);

    [Fact]
    public void Row_with_another_boundary_between_fields_differs()
    {
        Assert.NotEqual(OfRow(1, "ab", "c"), OfRow(1, "a", "bc"));
        Assert.NotEqual(OfRow(1, "abc"), OfRow(1, "a", "bc"));
        Assert.NotEqual(OfRow(1, "a", null), OfRow(1, null, "a"));
        Assert.NotEqual(OfRow(1, "a"), OfRow(1, "a", null));
    }

    [Fact]
    public void Row_with_null_and_row_unseen_differ()
    {
        Assert.NotEqual(Of(FieldValue.Null), Of(FieldValue.NotObserved));
        Assert.NotEqual(Of(FieldValue.Null), Of(FieldValue.Absent));
        Assert.NotEqual(Of(FieldValue.Null), Of(FieldValue.Of("0")));
    }

    [Fact]
    public void Row_with_another_salt_differs() => Assert.NotEqual(OfRow(1, "a"), OfRow(2, "a"));

    [Fact]
    public void Row_never_seen_differs_from_every_row() => Assert.NotEqual(Fingerprint.None, OfRow(0));

    [Fact]
    public void Row_is_equal_exactly_when_its_canonical_values_are() =>
        Gen.Select(Seen.Array[2], Seen.Array[2], Gen.OneOf(Enum.GetValues<FieldKind>())).Sample(
            (a, b, kind) =>
            {
                var types = new[] { new FieldType(kind), Text };
                var same = types[0].Same(a[0], b[0]) && types[1].Same(a[1], b[1]);
                var print = new RowPrint(7, types, [0, 1]);
                return same == (print.Of(a) == print.Of(b));
            },
            iter: 20_000);

    [Fact]
    public void Value_is_equal_exactly_when_its_canonical_form_is() =>
        Gen.Select(Seen, Seen, Gen.OneOf(Enum.GetValues<FieldKind>())).Sample(
            (a, b, kind) => new FieldType(kind).Same(a, b)
                == (Fingerprint.OfValue(new FieldType(kind), a) == Fingerprint.OfValue(new FieldType(kind), b)),
            iter: 20_000);

    [Fact]
    public void Row_larger_than_the_first_buffer_counts_to_its_end()
    {
        var text = new string('é', 100_000);
        Assert.NotEqual(OfRow(1, "a", text + "x"), OfRow(1, "a", text + "y"));
        Assert.Equal(OfRow(1, "a", text), OfRow(1, "a", text));
    }

    [Fact]
    public void Bytes_read_back_are_the_fingerprint()
    {
        var print = Fingerprint.OfText("x");
        Assert.Equal(print, Fingerprint.FromBytes(print.ToBytes()));
        Assert.Throws<ArgumentException>(() => Fingerprint.FromBytes(new byte[15]));
    }

    // Stored in every installation: a change of this number means that every record looks moved after an upgrade.
    [Fact]
    public void Row_fingerprint_is_stable_across_versions() =>
        Assert.Equal("F5D2B19F26BAE021A9ED1F54B2579E7E", Convert.ToHexString(OfRow(42, "a", null, "é").ToBytes()));

    private static Gen<FieldValue> Seen { get; } = Gen.OneOf(
        Nasty.WellFormed.Select(text => FieldValue.Of(text)),
        Gen.OneOf(FieldValue.Of("a"), FieldValue.Of(" a"), FieldValue.Of("A"), FieldValue.Of("1"), FieldValue.Of("1.0"), FieldValue.Null));

    private static Fingerprint Of(FieldValue value) => new RowPrint(1, [Text], [0]).Of([value]);

    private static Fingerprint OfRow(ulong salt, params string?[] values) =>
        new RowPrint(salt, [.. values.Select(_ => Text)], [.. values.Select((_, i) => i)]).Of([.. values.Select(FieldValue.Of)]);
}
