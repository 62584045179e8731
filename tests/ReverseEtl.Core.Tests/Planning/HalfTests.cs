using CsCheck;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.Core.Tests.Planning;

public sealed class HalfTests
{
    private static readonly FieldType Text = new(FieldKind.Text);

    [Fact]
    public void Half_kept_and_half_hashed_give_the_same_answer() =>
        Gen.Select(Gen.OneOf(Enum.GetValues<FieldKind>()), Nasty.WellFormed, Nasty.WellFormed).Sample((kind, a, b) =>
        {
            var type = new FieldType(kind);
            return Half.Keep(Make.Of(a)).Is(type, Make.Of(b)) == Half.HashOf(type, Make.Of(a)).Is(type, Make.Of(b))
                && Half.HashOf(type, Make.Of(a)).Is(type, Make.Of(a));
        });

    [Fact]
    public void Half_of_an_unmoved_value_stands()
    {
        Assert.True(Half.Keep(Make.Of("a")).Is(Text, FieldValue.Unmoved));
        Assert.True(Half.FromHash(17).Is(Text, FieldValue.Unmoved));
    }

    [Fact]
    public void Half_of_null_is_not_a_value_and_not_unseen()
    {
        Assert.True(Half.Keep(FieldValue.Null).Is(Text, Make.Of(" ")));
        Assert.False(Half.Keep(FieldValue.Null).Is(Text, Make.Of("a")));
        Assert.False(Half.HashOf(Text, FieldValue.Null).Is(Text, FieldValue.NotObserved));
    }

    [Fact]
    public void Half_read_back_from_its_hash_is_the_same()
    {
        var half = Half.HashOf(Text, Make.Of("a"));
        Assert.Equal(half, Half.FromHash(half.Hash));
        Assert.True(half.IsHash);
        Assert.Equal(FieldValue.NotObserved, half.Value);
    }

    [Fact]
    public void Rule_keeps_values_only_of_shared_fields()
    {
        Assert.False(Make.Shared().WarehouseHalf(Make.Of("a")).IsHash);
        Assert.False(Make.Shared().CrmHalf(Make.Of("a")).IsHash);
        Assert.True(Make.Warehouse().WarehouseHalf(Make.Of("a")).IsHash);
        Assert.True(Make.Crm().CrmHalf(Make.Of("a")).IsHash);
    }

    [Theory]
    [InlineData(FieldOwner.Warehouse, true, false)]
    [InlineData(FieldOwner.Crm, false, true)]
    [InlineData(FieldOwner.Shared, true, true)]
    public void Rule_permits_writing_by_owner(FieldOwner owner, bool push, bool pull)
    {
        Assert.Equal(push, Make.Rule(owner).MayPush);
        Assert.Equal(pull, Make.Rule(owner).MayPull);
    }
}
