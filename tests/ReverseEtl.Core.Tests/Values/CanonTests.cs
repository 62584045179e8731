using CsCheck;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Values;

public sealed class CanonTests
{
    [Fact]
    public void Canon_applied_twice_is_canon() =>
        Gen.Select(Nasty.Type, Nasty.Value).Sample((type, value) => type.Canon(type.Canon(value)) == type.Canon(value), iter: 50_000);

    [Fact]
    public void Canon_any_type_and_text_never_throws() =>
        Gen.Select(Nasty.Type, Nasty.Value, Nasty.Value).Sample(
            (type, a, b) =>
            {
                _ = type.Same(a, b);
                _ = type.Refuse(a);
            },
            iter: 50_000);

    [Fact]
    public void Canon_states_other_than_value_pass_through()
    {
        foreach (var kind in Enum.GetValues<FieldKind>())
        {
            foreach (var value in new[] { FieldValue.Null, FieldValue.NotObserved, FieldValue.Unmoved, FieldValue.Absent })
            {
                Assert.Equal(value, new FieldType(kind).Canon(value));
            }
        }
    }

    [Theory]
    [InlineData("0035500001H9cak", "0035500001H9cakAAB", true)]
    [InlineData(" 0035500001H9cakAAB ", "0035500001H9cak", true)]
    [InlineData("0035500001H9cak", "0035500001H9caK", false)]
    [InlineData("short", "short ", true)]
    public void Ids_that_differ_only_in_what_repeats_their_case_are_the_same(string a, string b, bool same)
    {
        var type = new FieldType(FieldKind.Reference) { IdLength = 15 };

        Assert.Equal(same, type.Same(FieldValue.Of(a), FieldValue.Of(b)));
        Assert.Equal(type.Canon(FieldValue.Of(a)), type.Canon(type.Canon(FieldValue.Of(a))));
    }

    [Theory]
    [InlineData(FieldKind.Text, " x ", "x")]
    [InlineData(FieldKind.Text, "a\r\nb\rc", "a\nb\nc")]
    [InlineData(FieldKind.Text, "\u00a0\t", null)]
    [InlineData(FieldKind.Text, "Ann", "Ann")]
    [InlineData(FieldKind.Email, " Ann@X.Example ", "ann@x.example")]
    [InlineData(FieldKind.Integer, "17.0", "17")]
    [InlineData(FieldKind.Integer, "2.0E7", "20000000")]
    [InlineData(FieldKind.Integer, "007", "7")]
    [InlineData(FieldKind.Integer, "-0", "0")]
    [InlineData(FieldKind.Integer, "123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData(FieldKind.Integer, "1.5", "1.5")]
    [InlineData(FieldKind.Decimal, "1.500", "1.5")]
    [InlineData(FieldKind.Decimal, "-0.00", "0")]
    [InlineData(FieldKind.Decimal, "1e3", "1000")]
    [InlineData(FieldKind.Decimal, "79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData(FieldKind.Decimal, "n/a", "n/a")]
    [InlineData(FieldKind.Boolean, " YES ", "true")]
    [InlineData(FieldKind.Boolean, "0", "false")]
    [InlineData(FieldKind.Boolean, "maybe", "maybe")]
    [InlineData(FieldKind.Date, "2024-02-29", "2024-02-29")]
    [InlineData(FieldKind.Date, "2024-02-29T23:30:00-02:00", "2024-03-01")]
    [InlineData(FieldKind.Date, "2023-02-29", "2023-02-29")]
    [InlineData(FieldKind.Timestamp, "2024-01-02T03:04:05.000+0000", "2024-01-02T03:04:05Z")]
    [InlineData(FieldKind.Timestamp, "2024-01-02 03:04:05+00", "2024-01-02T03:04:05Z")]
    [InlineData(FieldKind.Timestamp, "2024-01-02T03:04:05.1230000Z", "2024-01-02T03:04:05.123Z")]
    [InlineData(FieldKind.Timestamp, "2024-01-02", "2024-01-02T00:00:00Z")]
    [InlineData(FieldKind.Timestamp, "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00")]
    [InlineData(FieldKind.MultiPicklist, "b; a;;b", "a;b")]
    [InlineData(FieldKind.MultiPicklist, " ; ", null)]
    [InlineData(FieldKind.Picklist, " Gold ", "Gold")]
    public void Canon_of_a_text_is(FieldKind kind, string text, string? canon) =>
        Assert.Equal(FieldValue.Of(canon), new FieldType(kind).Canon(FieldValue.Of(text)));

    [Theory]
    [InlineData("1.239", 2, "1.23")]
    [InlineData("-1.239", 2, "-1.23")]
    [InlineData("-0.001", 2, "0")]
    [InlineData("1.239", 0, "1")]
    [InlineData("1.239", null, "1.239")]
    public void Decimal_beyond_its_scale_is_cut_not_rounded(string text, int? scale, string canon) =>
        Assert.Equal(canon, new FieldType(FieldKind.Decimal) { Scale = scale }.Canon(FieldValue.Of(text)).Text);

    [Fact]
    public void Decimal_of_any_size_keeps_its_value() =>
        Gen.Decimal.Sample(number =>
            decimal.Parse(new FieldType(FieldKind.Decimal).Canon(FieldValue.Of(number.ToString())).Text!) == number);

    [Fact]
    public void Timestamp_finer_than_the_side_keeps_is_cut()
    {
        var type = new FieldType(FieldKind.Timestamp) { Resolution = TimeSpan.FromSeconds(1) };
        Assert.True(type.Same(FieldValue.Of("2024-01-02T03:04:05.999Z"), FieldValue.Of("2024-01-02T03:04:05Z")));
    }

    // Parsers that fill what is missing from today would make yesterday's base differ from today's.
    [Theory]
    [InlineData("12:30-05:00")]
    [InlineData("5-6")]
    [InlineData("March-5")]
    [InlineData("-1")]
    public void Timestamp_without_a_full_day_is_no_point_in_time(string text)
    {
        Assert.Equal(text, new FieldType(FieldKind.Timestamp).Canon(FieldValue.Of(text)).Text);
        Assert.Equal(text, new FieldType(FieldKind.Date).Canon(FieldValue.Of(text)).Text);
    }

    [Fact]
    public void Canon_of_a_list_whose_member_composes_to_a_separator_is_stable()
    {
        var type = new FieldType(FieldKind.MultiPicklist);
        var once = type.Canon(FieldValue.Of("z\u037ea"));
        Assert.Equal(once, type.Canon(once));
    }

    [Fact]
    public void Value_that_was_never_set_is_not_observed()
    {
        Assert.Equal(ValueState.NotObserved, default(FieldValue).State);
        Assert.False(default(FieldValue).IsSeen);
        Assert.Equal(FieldValue.Null, FieldValue.Of(null));
        Assert.NotEqual(FieldValue.Null, FieldValue.Of(""));
        Assert.Equal("<Absent>", FieldValue.Absent.ToString());
        Assert.Equal("x", FieldValue.Of("x").ToString());
    }
}
