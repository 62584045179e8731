using CsCheck;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using static ReverseEtl.State.Tests.AnyOfGen;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.State.Tests;

public sealed class BaseCodecTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.String, Gen.Char.Array[0, 8].Select(chars => new string(chars)), AnyOf("\ud800", "a\0b", "\ud83d\ude00", ""));

    private static readonly Gen<Half> AnyHalf = Gen.OneOf(
        Gen.ULong.Select(Half.FromHash),
        AnyText.Select(text => Half.Keep(FieldValue.Of(text))),
        AnyOf(FieldValue.Null, FieldValue.NotObserved, FieldValue.Absent, FieldValue.Unmoved).Select(Half.Keep));

    private static readonly Gen<Turns> AnyTurns =
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Enum<Side>(), Gen.ULong, Gen.UInt, (count, side, before, minute) => new Turns(count, side, before, minute));

    private static readonly Gen<FieldBase?> AnyBase =
        from warehouse in AnyHalf
        from crm in Gen.Frequency((1, AnyHalf), (1, Gen.Const(warehouse)))
        from origin in Gen.Enum<BaseOrigin>()
        from landed in Gen.Frequency((4, Gen.Const((Half?)null)), (1, AnyHalf.Select(half => (Half?)half)))
        from turns in Gen.Frequency((3, Gen.Const((Turns?)null)), (1, AnyTurns.Select(turns => (Turns?)turns)))
        from isThere in Gen.Int[0, 3]
        select isThere == 0 ? (FieldBase?)null : new FieldBase(warehouse, crm, origin) { Landed = landed, Turns = turns };

    private static readonly Gen<(int[] Numbers, FieldBase?[] Bases)> AnyPair =
        from highest in AnyOf(12, 300, BaseCodec.MaxNumber)
        from numbers in Gen.Int[1, highest].Array[0, 20].Select(all => all.Distinct().ToArray())
        from bases in AnyBase.Array[numbers.Length]
        select (numbers, bases);

    [Fact]
    public void Base_comes_back_as_it_was_packed() => AnyPair.Sample(pair =>
    {
        var places = pair.Numbers.Select((number, place) => (number, place)).ToDictionary(x => x.number, x => x.place);
        Assert.Equal(pair.Bases, BaseCodec.Unpack(BaseCodec.Pack(pair.Numbers, pair.Bases), places, pair.Bases.Length));
    });

    [Fact]
    public void Base_comes_back_for_the_fields_that_are_still_mapped_in_their_new_order() => Gen.Select(AnyPair, Gen.Int[0, int.MaxValue]).Sample((pair, seed) =>
    {
        var wanted = pair.Numbers.Where(number => (number ^ seed) % 3 != 0).Append(BaseCodec.MaxNumber + 1).OrderBy(number => number ^ seed).ToArray();
        var places = wanted.Select((number, place) => (number, place)).ToDictionary(x => x.number, x => x.place);
        var unpacked = BaseCodec.Unpack(BaseCodec.Pack(pair.Numbers, pair.Bases), places, wanted.Length);
        Assert.Equal(wanted.Select(number => Array.IndexOf(pair.Numbers, number) is var at && at < 0 ? null : pair.Bases[at]), unpacked);
    });

    [Fact]
    public void Same_bases_in_another_order_pack_to_the_same_bytes() => AnyPair.Sample(pair =>
        Assert.Equal(BaseCodec.Pack(pair.Numbers, pair.Bases), BaseCodec.Pack(pair.Numbers.Reverse().ToArray(), pair.Bases.Reverse().ToArray())));

    [Fact]
    public void Hashes_of_ten_fields_take_eight_bytes_each_and_a_head()
    {
        var numbers = Enumerable.Range(1, 10).ToArray();
        FieldBase? Of(int n) => new FieldBase(Half.FromHash((ulong)n), Half.FromHash((ulong)n + 100), BaseOrigin.Receipt);
        Assert.Equal(164, BaseCodec.Pack(numbers, numbers.Select(Of).ToArray()).Length);
        FieldBase? Equal(int n) => new FieldBase(Half.FromHash((ulong)n), Half.FromHash((ulong)n), BaseOrigin.Equal);
        Assert.Equal(84, BaseCodec.Pack(numbers, numbers.Select(Equal).ToArray()).Length);
    }

    [Fact]
    public void Bytes_that_are_no_base_are_told_and_never_misread_as_one() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        try
        {
            BaseCodec.Unpack(bytes, new Dictionary<int, int> { [1] = 0 }, 1);
        }
        catch (InvalidDataException)
        {
            return;
        }
    });

    [Fact]
    public void Base_of_another_format_is_refused() =>
        Assert.Throws<InvalidDataException>(() => BaseCodec.Unpack([2, 0, 0, 0], new Dictionary<int, int>(), 0));
}
