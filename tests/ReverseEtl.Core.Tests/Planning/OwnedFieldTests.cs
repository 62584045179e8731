using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Planning;

public sealed class OwnedFieldTests
{
    [Fact]
    public void Field_unmoved_on_both_sides_is_left_alone_though_the_values_differ() =>
        Expect.Is(FieldStep.None, Plan(Make.Warehouse(), "p", "P", ("p", "P")), "unchanged");

    [Fact]
    public void Owner_warehouse_moved_is_pushed() =>
        Expect.Pushes(Plan(Make.Warehouse(), "b", "a", ("a", "a")), "b", "owner: warehouse");

    [Fact]
    public void Owner_warehouse_cleared_is_pushed_as_null() =>
        Expect.Pushes(Plan(Make.Warehouse(), null, "a", ("a", "a")), null, "owner: warehouse");

    [Fact]
    public void Owner_warehouse_moved_over_drift_records_the_loss() =>
        Expect.Pushes(Plan(Make.Warehouse(), "b", "x", ("a", "a")), "b", "owner: warehouse", loses: true);

    [Fact]
    public void Owner_warehouse_moved_over_a_cleared_field_has_nothing_to_record() =>
        Expect.Pushes(Plan(Make.Warehouse(), "b", null, ("a", "a")), "b", "owner: warehouse");

    [Fact]
    public void Owner_crm_moved_is_pulled() =>
        Expect.Pulls(Plan(Make.Crm(), "a", "b", ("a", "a")), "b", "owner: crm");

    [Fact]
    public void Owner_crm_moved_over_drift_records_the_loss() =>
        Expect.Pulls(Plan(Make.Crm(), "x", "b", ("a", "a")), "b", "owner: crm", loses: true);

    [Theory]
    [InlineData(DriftRule.Revert)]
    [InlineData(DriftRule.Flag)]
    [InlineData(DriftRule.Adopt)]
    public void Drift_to_the_owners_value_is_agreement(DriftRule drift) =>
        Expect.Adopts(Plan(Make.Warehouse(drift), "A", "A", ("A", "a")), BaseOrigin.Equal, "both sides agree");

    [Fact]
    public void Drift_in_the_crm_under_revert_is_written_over_and_recorded() =>
        Expect.Pushes(Plan(Make.Warehouse(), "a", "x", ("a", "a")), "a", "on_drift: revert", loses: true);

    [Fact]
    public void Drift_in_the_warehouse_under_revert_is_written_over_and_recorded() =>
        Expect.Pulls(Plan(Make.Crm(), "x", "a", ("a", "a")), "a", "on_drift: revert", loses: true);

    [Fact]
    public void Drift_in_a_model_under_revert_stands_because_a_landing_table_cannot_undo_it() =>
        Expect.Adopts(Plan(Make.Crm(lands: true), "x", "a", ("a", "a")), BaseOrigin.Adopted, "the model's value stands beside the landing table");

    [Fact]
    public void Drift_in_the_crm_under_adopt_stands() =>
        Expect.Adopts(Plan(Make.Warehouse(DriftRule.Adopt), "a", "x", ("a", "a")), BaseOrigin.Adopted, "on_drift: adopt");

    [Fact]
    public void Drift_in_the_warehouse_under_adopt_stands() =>
        Expect.Adopts(Plan(Make.Crm(DriftRule.Adopt), "x", "a", ("a", "a")), BaseOrigin.Adopted, "on_drift: adopt");

    [Fact]
    public void Drift_under_flag_asks_and_writes_nothing()
    {
        Expect.Asks(Plan(Make.Warehouse(DriftRule.Flag), "a", "x", ("a", "a")), ConflictKind.Drift, "on_drift: flag");
        Expect.Asks(Plan(Make.Crm(DriftRule.Flag), "x", "a", ("a", "a")), ConflictKind.Drift, "on_drift: flag");
    }

    [Fact]
    public void Drift_flagged_already_stays_flagged() =>
        Expect.Is(FieldStep.None, Flagged("a", "x"), "on_drift: flag");

    [Fact]
    public void Drift_flagged_and_moved_on_is_asked_anew() =>
        Expect.Asks(Flagged("a", "y"), ConflictKind.Drift, "on_drift: flag");

    [Fact]
    public void Drift_flagged_does_not_stop_the_owner()
    {
        var decision = Flagged("b", "x");
        Expect.Pushes(decision, "b", "owner: warehouse", loses: true);
        Assert.Equal("no drift any more", decision.Closes);
    }

    [Fact]
    public void Drift_flagged_and_taken_back_is_over()
    {
        var decision = Flagged("p", "P", asked: ("p", "x"), agreed: ("p", "P"));
        Expect.Is(FieldStep.None, decision, "unchanged");
        Assert.Equal("no drift any more", decision.Closes);
    }

    [Fact]
    public void Drift_answered_with_the_owner_is_written_over()
    {
        var decision = Flagged("a", "x", answer: Make.Answer(ResolutionChoice.Warehouse));
        Expect.Pushes(decision, "a", "resolved by ann");
        Assert.Equal("resolved: warehouse", decision.Closes);
    }

    [Theory]
    [InlineData(ResolutionChoice.Crm)]
    [InlineData(ResolutionChoice.Ignore)]
    [InlineData(ResolutionChoice.Value)]
    public void Drift_answered_with_what_may_not_be_written_is_left_as_it_is(ResolutionChoice choice)
    {
        var decision = Flagged("a", "x", answer: Make.Answer(choice, "z"));
        Expect.Adopts(decision, BaseOrigin.Resolved, "resolved by ann");
        Assert.Equal("resolved: left as they are", decision.Closes);
    }

    [Fact]
    public void Drift_answered_about_older_values_is_asked_anew() =>
        Expect.Asks(Flagged("a", "y", answer: Make.Answer(ResolutionChoice.Warehouse)), ConflictKind.Drift, "on_drift: flag");

    private static FieldDecision Flagged(
        string? warehouse, string? crm, (string?, string?)? asked = null, (string?, string?)? agreed = null, Resolution? answer = null)
    {
        var rule = Make.Warehouse(DriftRule.Flag);
        var (baseWarehouse, baseCrm) = agreed ?? ("a", "a");
        var (askedWarehouse, askedCrm) = asked ?? ("a", "x");
        return FieldPlanner.Plan(
            rule,
            Make.View(warehouse, crm, Make.Base(rule, baseWarehouse, baseCrm)).Asked(ConflictKind.Drift, askedWarehouse, askedCrm, answer));
    }

    private static FieldDecision Plan(FieldRule rule, string? warehouse, string? crm, (string? Warehouse, string? Crm) agreed) =>
        FieldPlanner.Plan(rule, Make.View(warehouse, crm, Make.Base(rule, agreed.Warehouse, agreed.Crm)));
}
