using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>A shared field in conflict: base a/a, asked about b in the warehouse and c in the CRM.</summary>
public sealed class QuestionTests
{
    private static readonly FieldRule Rule = Make.Shared();

    [Fact]
    public void Question_open_freezes_the_field()
    {
        var decision = Plan("b", "c");
        Expect.Is(FieldStep.None, decision, "frozen: conflict open");
        Assert.Null(decision.Closes);
    }

    [Fact]
    public void Question_about_values_that_moved_is_asked_anew()
    {
        Expect.Asks(Plan("d", "c"), ConflictKind.Field, "values moved since the question was asked");
        Expect.Asks(Plan("b", "d"), ConflictKind.Field, "values moved since the question was asked");
        Expect.Asks(Plan("b", "d", Make.Answer(ResolutionChoice.Crm)), ConflictKind.Field, "values moved since the question was asked");
    }

    [Fact]
    public void Question_ends_when_both_sides_agree()
    {
        var decision = Plan("d", "d");
        Expect.Adopts(decision, BaseOrigin.Equal, "both sides agree");
        Assert.Equal("agreed", decision.Closes);
    }

    [Fact]
    public void Question_thaws_when_one_side_returns_to_the_base()
    {
        var warehouse = Plan("a", "c");
        Expect.Pulls(warehouse, "c", "shared: changed in the CRM");
        Assert.Equal("one side returned to the base", warehouse.Closes);
        var crm = Plan("b", "a", Make.Answer(ResolutionChoice.Crm));
        Expect.Pushes(crm, "b", "shared: changed in the warehouse");
        Assert.Equal("one side returned to the base", crm.Closes);
    }

    [Fact]
    public void Question_answered_warehouse_is_pushed_and_closed()
    {
        var decision = Plan("b", "c", Make.Answer(ResolutionChoice.Warehouse));
        Expect.Pushes(decision, "b", "resolved by ann");
        Assert.Equal("resolved: warehouse", decision.Closes);
    }

    [Fact]
    public void Question_answered_crm_is_pulled_and_closed()
    {
        var decision = Plan("b", "c", Make.Answer(ResolutionChoice.Crm));
        Expect.Pulls(decision, "c", "resolved by ann");
        Assert.Equal("resolved: crm", decision.Closes);
    }

    [Theory]
    [InlineData("z")]
    [InlineData(null)]
    public void Question_answered_with_a_value_is_written_on_both_sides(string? value)
    {
        var decision = Plan("b", "c", Make.Answer(ResolutionChoice.Value, value));
        Expect.WritesBoth(decision, value, "resolved by ann");
        Assert.Equal("resolved: value", decision.Closes);
    }

    [Fact]
    public void Question_answered_ignore_takes_both_values_as_agreed()
    {
        var decision = Plan("b", "c", Make.Answer(ResolutionChoice.Ignore));
        Expect.Adopts(decision, BaseOrigin.Resolved, "resolved by ann");
        Assert.Equal("resolved: left as they are", decision.Closes);
    }

    [Fact]
    public void Question_answered_with_a_value_for_a_reference_is_left_as_it_is()
    {
        var rule = Make.Rule(FieldOwner.Shared, references: "accounts");
        var view = Make.View("b", "c", Make.Base(rule, "a", "a")).Asked(ConflictKind.Field, "b", "c", Make.Answer(ResolutionChoice.Value, "z"));
        Expect.Adopts(FieldPlanner.Plan(rule, view), BaseOrigin.Resolved, "resolved by ann");
    }

    // Else the answer would be used up by a cycle that could not carry it out, and the same question asked again.
    [Fact]
    public void Question_answered_but_waiting_for_the_referenced_record_stays_open()
    {
        var rule = Make.Rule(FieldOwner.Shared, references: "accounts");
        var view = Make.View("b", "c", Make.Base(rule, "a", "a")) with { WarehouseAsCrm = FieldValue.NotObserved, CrmAsWarehouse = FieldValue.NotObserved };
        foreach (var choice in new[] { ResolutionChoice.Warehouse, ResolutionChoice.Crm })
        {
            var decision = FieldPlanner.Plan(rule, view.Asked(ConflictKind.Field, "b", "c", Make.Answer(choice)));
            Assert.Equal(FieldStep.Wait, decision.Step);
            Assert.Null(decision.Closes);
        }
    }

    [Fact]
    public void Question_open_and_a_side_not_read_stays_frozen_while_what_was_read_is_what_was_asked()
    {
        Expect.Is(FieldStep.None, Plan(FieldValue.Unmoved, Make.Of("c")), "frozen: conflict open");
        Expect.Is(FieldStep.None, Plan(FieldValue.Unmoved, FieldValue.Unmoved), "frozen: conflict open");
    }

    [Fact]
    public void Question_open_and_something_moved_needs_both_sides_in_sight()
    {
        Expect.Reads(Plan(FieldValue.Unmoved, Make.Of("d")), Side.Warehouse);
        Expect.Reads(Plan(Make.Of("a"), FieldValue.Unmoved), Side.Crm);
    }

    [Fact]
    public void Question_answered_needs_both_sides_in_sight() =>
        Expect.Reads(Plan(FieldValue.Unmoved, FieldValue.Unmoved, Make.Answer(ResolutionChoice.Crm)), Side.Crm);

    [Fact]
    public void Seed_question_open_freezes_and_is_asked_anew_when_a_value_moves()
    {
        Expect.Is(FieldStep.None, FieldPlanner.Plan(Rule, Make.View("b", "c").Asked(ConflictKind.Seed, "b", "c")), "frozen: conflict open");
        Expect.Asks(
            FieldPlanner.Plan(Rule, Make.View("b", "d").Asked(ConflictKind.Seed, "b", "c")), ConflictKind.Seed, "values moved since the question was asked");
    }

    [Fact]
    public void Seed_question_answered_with_a_side_that_may_not_be_written_is_left_as_it_is()
    {
        var rule = Make.Warehouse(first: FirstMatch.Review);
        var view = Make.View("b", "c").Asked(ConflictKind.Seed, "b", "c", Make.Answer(ResolutionChoice.Crm));
        Expect.Adopts(FieldPlanner.Plan(rule, view), BaseOrigin.Resolved, "resolved by ann");
    }

    private static FieldDecision Plan(string? warehouse, string? crm, Resolution? answer = null) => Plan(Make.Of(warehouse), Make.Of(crm), answer);

    private static FieldDecision Plan(FieldValue warehouse, FieldValue crm, Resolution? answer = null) =>
        FieldPlanner.Plan(Rule, Make.Seen(warehouse, crm, Make.Base(Rule, "a", "a")).Asked(ConflictKind.Field, "b", "c", answer));
}
