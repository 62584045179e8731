using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>A shared field whose write replaced the edit "x" unseen: base w/w, both sides hold "w".</summary>
public sealed class OverwrittenEditTests
{
    private static readonly FieldRule Rule = Make.Shared();

    [Fact]
    public void Question_open_freezes_nothing()
    {
        Expect.Pushes(Plan("b", "w"), "b", "shared: changed in the warehouse");
        Expect.Pulls(Plan("w", "c"), "c", "shared: changed in the CRM");
    }

    [Fact]
    public void Question_stays_while_both_sides_agree_on_what_was_written()
    {
        Assert.Null(Plan("w", "w").Closes);
        Assert.Equal(FieldStep.None, Plan("w", "w").Step);
    }

    [Fact]
    public void Question_about_a_spelling_that_shows_only_now_stays()
    {
        var view = Make.View("w", "W", Make.Base(Rule, "w", "w", BaseOrigin.Sent)).Asked(ConflictKind.Overwritten, "w", "x") with { LastChangedByUs = true };
        var decision = FieldPlanner.Plan(Rule, view);
        Expect.Adopts(decision, BaseOrigin.Receipt, "the CRM's spelling of our value");
        Assert.Null(decision.Closes);
    }

    [Fact]
    public void Question_about_a_record_met_as_for_the_first_time_stays()
    {
        var decision = FieldPlanner.Plan(Rule, Make.View("w", "w").Asked(ConflictKind.Overwritten, "w", "x"));
        Expect.Adopts(decision, BaseOrigin.Equal, "both sides agree");
        Assert.Null(decision.Closes);
    }

    [Fact]
    public void Question_gives_way_to_a_new_one()
    {
        var decision = Plan("b", "c");
        Expect.Asks(decision, ConflictKind.Field, "on_conflict: review");
        Assert.Equal("superseded by a later edit", decision.Closes);
    }

    [Fact]
    public void Answer_given_after_a_later_edit_is_void()
    {
        var decision = Plan("w", "c", Make.Answer(ResolutionChoice.Crm));
        Expect.Pulls(decision, "c", "shared: changed in the CRM");
        Assert.Equal("superseded by a later edit", decision.Closes);
    }

    [Theory]
    [InlineData(ResolutionChoice.Crm, "x")]
    [InlineData(ResolutionChoice.Value, "z")]
    public void Answer_puts_the_value_back_on_both_sides(ResolutionChoice choice, string value) =>
        Expect.WritesBoth(Plan("w", "w", Make.Answer(choice, "z")), value, "resolved by ann");

    [Fact]
    public void Answer_that_puts_a_clearing_back_writes_blanks()
    {
        var view = Make.View("w", "w", Make.Base(Rule, "w", "w")).Asked(ConflictKind.Overwritten, "w", null, Make.Answer(ResolutionChoice.Crm));
        Expect.WritesBoth(FieldPlanner.Plan(Rule, view), null, "resolved by ann");
    }

    [Fact]
    public void Answer_needs_both_sides_in_sight()
    {
        Expect.Reads(Plan(FieldValue.Unmoved, Make.Of("w"), Make.Answer(ResolutionChoice.Crm)), Side.Warehouse);
        Expect.Reads(Plan(Make.Of("w"), FieldValue.Unmoved, Make.Answer(ResolutionChoice.Crm)), Side.Crm);
    }

    [Fact]
    public void Question_open_and_nothing_seen_stays()
    {
        var decision = Plan(FieldValue.Unmoved, FieldValue.Unmoved);
        Assert.Equal((FieldStep.None, null), (decision.Step, decision.Closes));
    }

    [Fact]
    public void Answer_about_a_field_that_is_shared_no_more_leaves_it_alone()
    {
        var rule = Make.Warehouse();
        var view = Make.View("w", "w", Make.Base(rule, "w", "w")).Asked(ConflictKind.Overwritten, "w", "x", Make.Answer(ResolutionChoice.Crm));
        var decision = FieldPlanner.Plan(rule, view);
        Assert.Equal((FieldStep.None, "resolved: left as they are"), (decision.Step, decision.Closes));
    }

    private static FieldDecision Plan(string? warehouse, string? crm, Resolution? answer = null) => Plan(Make.Of(warehouse), Make.Of(crm), answer);

    private static FieldDecision Plan(FieldValue warehouse, FieldValue crm, Resolution? answer = null) =>
        FieldPlanner.Plan(Rule, Make.Seen(warehouse, crm, Make.Base(Rule, "w", "w")).Asked(ConflictKind.Overwritten, "w", "x", answer));
}
