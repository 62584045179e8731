using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.Core.Tests.Planning;

public class OwnLinksTests
{
    [Theory]
    [InlineData("1;2;3", "1", "2", "1;2")]
    [InlineData("3;4", "1", "2", null)]
    [InlineData("1;3", "1", null, "1")]
    [InlineData("2;3", null, "2", "2")]
    [InlineData("3", null, null, null)]
    public void Ours_are_the_links_of_the_base_and_of_the_row(string shown, string? agreed, string? wanted, string? ours) =>
        Assert.Equal(FieldValue.Of(ours), OwnLinks.Of(Rule(Association.Plain), Base(agreed), FieldValue.Of(wanted), FieldValue.Of(shown)));

    [Theory]
    [InlineData("1", null, "9")]
    [InlineData(null, "2", "9")]
    [InlineData(null, null, null)]
    public void First_link_of_somebody_else_is_in_our_place_only_where_there_is_one(string? agreed, string? wanted, string? seen)
    {
        var unread = wanted is null ? FieldValue.Unmoved : FieldValue.Of(wanted);
        Assert.Equal(FieldValue.Of(seen), OwnLinks.Of(Rule(Association.Primary), Base(agreed), unread, FieldValue.Of("9")));
    }

    [Fact]
    public void Row_that_names_nobody_any_more_lets_the_first_link_of_somebody_else_be() =>
        Assert.Equal(FieldValue.Null, OwnLinks.Of(Rule(Association.Primary), Base("1"), FieldValue.Null, FieldValue.Of("9")));

    [Fact]
    public void What_was_not_read_tells_nothing_of_our_links() =>
        Assert.Equal(FieldValue.NotObserved, OwnLinks.Of(Rule(Association.Plain), Base("1"), FieldValue.Of("2"), FieldValue.NotObserved));

    [Theory]
    [InlineData(Association.Primary, "1", "9", true)]
    [InlineData(Association.Primary, "9", "9", false)]
    [InlineData(Association.Plain, "1", "9", false)]
    public void Only_the_place_of_the_first_link_can_be_taken_from_somebody(string type, string agreed, string replaced, bool isLost) =>
        Assert.Equal(isLost ? FieldValue.Of(replaced) : FieldValue.NotObserved, OwnLinks.Lost(Rule(type), Base(agreed), FieldValue.Of(replaced)));

    [Fact]
    public void Write_that_may_have_come_about_in_part_leaves_all_of_it_ours_and_nothing_agreed()
    {
        var (rule, left) = (Rule(Association.Plain), OwnLinks.Attempted(Base("1"), FieldValue.Of("2;3")));

        Assert.Equal(FieldValue.Of("1;2;3"), left.Crm.Value);
        foreach (var (row, wanted) in new[] { ("A", "1"), ("B", "2;3"), ("C", "4") })
        {
            var view = new FieldView
            {
                Base = left,
                Warehouse = FieldValue.Of(row),
                WarehouseAsCrm = FieldValue.Of(wanted),
                Crm = OwnLinks.Of(rule, left, FieldValue.Of(wanted), FieldValue.Of("1;2;8")),
            };
            Assert.Equal((FieldStep.Push, FieldValue.Of(wanted)), (FieldPlanner.Plan(rule, view).Step, FieldPlanner.Plan(rule, view).Value));
        }
    }

    private static FieldRule Rule(string type) => new(
        Association.Line("company_id", "companies", type, many: true), new FieldType(FieldKind.Text), new FieldType(FieldKind.MultiPicklist), Lands: false);

    private static FieldBase? Base(string? ids) =>
        ids is null ? null : new FieldBase(Half.Keep(FieldValue.Of("A")), Half.Keep(FieldValue.Of(ids)), BaseOrigin.Receipt);
}
