using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

public sealed class SharedFieldTests
{
    [Fact]
    public void Shared_moved_in_the_warehouse_is_pushed() =>
        Expect.Pushes(Plan("b", "A", ("a", "A")), "b", "shared: changed in the warehouse");

    [Fact]
    public void Shared_moved_in_the_crm_is_pulled() =>
        Expect.Pulls(Plan("a", "B", ("a", "A")), "B", "shared: changed in the CRM");

    [Fact]
    public void Shared_cleared_on_one_side_is_cleared_on_the_other()
    {
        Expect.Pushes(Plan(null, "a", ("a", "a")), null, "shared: changed in the warehouse");
        Expect.Pulls(Plan("a", null, ("a", "a")), null, "shared: changed in the CRM");
    }

    [Fact]
    public void Shared_moved_on_both_sides_to_the_same_value_is_no_conflict() =>
        Expect.Adopts(Plan("b", "b", ("a", "a")), BaseOrigin.Equal, "both sides agree");

    [Fact]
    public void Shared_moved_on_both_sides_is_asked() =>
        Expect.Asks(Plan("b", "c", ("a", "a")), ConflictKind.Field, "on_conflict: review");

    [Fact]
    public void Shared_unmoved_is_left_alone_though_the_values_differ() =>
        Expect.Is(FieldStep.None, Plan("p", "P", ("p", "P")), "unchanged");

    [Fact]
    public void Shared_agreeing_after_a_lost_receipt_heals_the_base() =>
        Expect.Adopts(Plan("b", "b", ("a", "a")), BaseOrigin.Equal, "both sides agree");

    [Fact]
    public void Shared_agreeing_and_recorded_is_left_alone() =>
        Expect.Is(FieldStep.None, Plan("a", "a", ("a", "a")), "unchanged");

    [Theory]
    [InlineData(ValueState.NotObserved, ValueState.Value)]
    [InlineData(ValueState.Value, ValueState.NotObserved)]
    [InlineData(ValueState.Absent, ValueState.Value)]
    [InlineData(ValueState.Value, ValueState.Absent)]
    [InlineData(ValueState.NotObserved, ValueState.NotObserved)]
    [InlineData(ValueState.Unmoved, ValueState.NotObserved)]
    public void Field_not_readable_on_a_side_is_skipped_whatever_is_open(ValueState warehouse, ValueState crm)
    {
        foreach (var owner in Enum.GetValues<FieldOwner>())
        {
            var rule = Make.Rule(owner);
            var view = Make.Seen(State(warehouse), State(crm), Make.Base(rule, "a", "a"));
            Expect.Is(FieldStep.Skip, FieldPlanner.Plan(rule, view), "not readable");
            var answered = FieldPlanner.Plan(rule, view.Asked(ConflictKind.Field, "b", "b", Make.Answer(ResolutionChoice.Warehouse)));
            Expect.Is(FieldStep.Skip, answered, "not readable");
            Assert.Null(answered.Closes);
        }
    }

    [Fact]
    public void Decision_without_an_open_question_closes_none()
    {
        Assert.Null(Plan("b", "b", ("a", "a")).Closes);
        Assert.Null(Plan("a", "b", ("a", "a")).Closes);
        var adopt = Make.Warehouse(DriftRule.Adopt);
        Assert.Null(FieldPlanner.Plan(adopt, Make.View("a", "x", Make.Base(adopt, "a", "a"))).Closes);
    }

    private static FieldValue State(ValueState state) => state switch
    {
        ValueState.NotObserved => FieldValue.NotObserved,
        ValueState.Unmoved => FieldValue.Unmoved,
        ValueState.Absent => FieldValue.Absent,
        ValueState.Null => FieldValue.Null,
        _ => FieldValue.Of("b"),
    };

    private static FieldDecision Plan(string? warehouse, string? crm, (string? Warehouse, string? Crm) agreed)
    {
        var rule = Make.Shared();
        return FieldPlanner.Plan(rule, Make.View(warehouse, crm, Make.Base(rule, agreed.Warehouse, agreed.Crm)));
    }
}
