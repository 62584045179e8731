using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Values;

public sealed class RefuseTests
{
    [Theory]
    [InlineData(FieldKind.Integer, "1.5", "is not a whole number")]
    [InlineData(FieldKind.Decimal, "n/a", "is not a number")]
    [InlineData(FieldKind.Boolean, "maybe", "is neither true nor false")]
    [InlineData(FieldKind.Date, "2023-02-29", "is not a date")]
    [InlineData(FieldKind.Timestamp, "soon", "is not a point in time")]
    public void Refuse_text_of_another_kind_says_what_it_is_not(FieldKind kind, string text, string problem) =>
        Assert.Equal(problem, new FieldType(kind).Refuse(FieldValue.Of(text)));

    [Theory]
    [InlineData(FieldKind.Integer, "17.0")]
    [InlineData(FieldKind.Decimal, "1e3")]
    [InlineData(FieldKind.Boolean, "Yes")]
    [InlineData(FieldKind.Date, "2024-02-29")]
    [InlineData(FieldKind.Timestamp, "2024-01-02 03:04:05+00")]
    [InlineData(FieldKind.Text, "anything")]
    public void Refuse_good_text_is_null(FieldKind kind, string text) => Assert.Null(new FieldType(kind).Refuse(FieldValue.Of(text)));

    [Fact]
    public void Refuse_text_that_is_too_long_says_how_long()
    {
        var type = new FieldType(FieldKind.Text) { MaxLength = 3 };
        Assert.Null(type.Refuse(FieldValue.Of("abc")));
        Assert.Equal("has 4 characters, the field holds 3", type.Refuse(FieldValue.Of("abcd")));
    }

    [Theory]
    [InlineData(FieldKind.Decimal, "999.99", 3, false)]
    [InlineData(FieldKind.Decimal, "-1000", 3, true)]
    [InlineData(FieldKind.Decimal, "0.5", 0, false)]
    [InlineData(FieldKind.Integer, "123456789012345678901234567890", 18, true)]
    public void Refuse_number_with_too_many_digits(FieldKind kind, string text, int digits, bool refused) =>
        Assert.Equal(refused, new FieldType(kind) { IntegerDigits = digits }.Refuse(FieldValue.Of(text)) is not null);

    [Fact]
    public void Refuse_value_outside_the_pick_list_names_it()
    {
        Assert.Equal("'gold' is not in the pick-list", new FieldType(FieldKind.Picklist) { Options = ["Gold"] }.Refuse(FieldValue.Of("gold")));
        Assert.Equal("'c' is not in the pick-list", new FieldType(FieldKind.MultiPicklist) { Options = ["a", "b"] }.Refuse(FieldValue.Of("a;c")));
        Assert.Null(new FieldType(FieldKind.MultiPicklist) { Options = ["a", "b"] }.Refuse(FieldValue.Of("b; a")));
    }

    // Blank text is null in every comparison, so writing it clears the field; a reject would leave the old value standing.
    [Fact]
    public void Refuse_blank_text_is_null_because_it_clears()
    {
        foreach (var kind in Enum.GetValues<FieldKind>())
        {
            Assert.Null(new FieldType(kind) { Options = ["a"], IntegerDigits = 3 }.Refuse(FieldValue.Of("")));
            Assert.Null(new FieldType(kind) { Options = ["a"], IntegerDigits = 3 }.Refuse(FieldValue.Of(" ")));
        }
    }

    [Fact]
    public void Refuse_what_is_no_value_is_null()
    {
        foreach (var value in new[] { FieldValue.Null, FieldValue.NotObserved, FieldValue.Unmoved, FieldValue.Absent })
        {
            Assert.Null(new FieldType(FieldKind.Integer) { MaxLength = 0 }.Refuse(value));
        }
    }
}
