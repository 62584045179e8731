using System.Text;
using CsCheck;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Values;

public sealed class RecordKeyTests
{
    [Fact]
    public void Compare_two_keys_follows_their_utf8_bytes() =>
        Gen.Select(Nasty.WellFormed, Nasty.WellFormed).Sample(
            (a, b) => Math.Sign(RecordKey.Compare(a, b))
                == Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))),
            iter: 20_000);

    [Fact]
    public void Compare_beyond_the_basic_plane_differs_from_utf16_order()
    {
        Assert.True(RecordKey.Compare("\ue000", "\U00010000") < 0);
        Assert.True(string.CompareOrdinal("\ue000", "\U00010000") > 0);
    }

    [Fact]
    public void Compare_any_text_is_a_total_order() =>
        Gen.Select(Nasty.Text, Nasty.Text, Nasty.Text).Sample(
            (a, b, c) => Math.Sign(RecordKey.Compare(a, b)) == -Math.Sign(RecordKey.Compare(b, a))
                && (RecordKey.Compare(a, b) == 0) == string.Equals(a, b, StringComparison.Ordinal)
                && (RecordKey.Compare(a, b) > 0 || RecordKey.Compare(b, c) > 0 || RecordKey.Compare(a, c) <= 0),
            iter: 20_000);

    [Fact]
    public void Join_then_split_gives_the_parts() =>
        Nasty.Text.Where(text => !text.Contains(RecordKey.Separator, StringComparison.Ordinal)).Array[1, 4]
            .Sample(parts => RecordKey.Split(RecordKey.Join(parts)).SequenceEqual(parts));

    [Fact]
    public void Join_of_one_part_is_the_part() => Assert.Equal("a|b", RecordKey.Join(["a|b"]));

    [Fact]
    public void Display_then_parse_gives_the_key()
    {
        var key = RecordKey.Join(["eu", "17"]);
        Assert.Equal("eu|17", RecordKey.Display(key));
        Assert.Equal(key, RecordKey.Parse("eu|17", 2));
        Assert.Equal("a|b", RecordKey.Parse("a|b", 1));
    }
}
