using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>One side was not read in this cycle: <c>Unmoved</c>.</summary>
public sealed class UnreadTests
{
    [Fact]
    public void Owner_warehouse_moved_is_pushed_without_a_look_at_the_crm() =>
        Expect.Pushes(Plan(Make.Warehouse(), Make.Of("b"), FieldValue.Unmoved), "b", "owner: warehouse");

    [Fact]
    public void Owner_crm_moved_needs_the_row_because_the_write_is_conditional() =>
        Expect.Reads(Plan(Make.Crm(), FieldValue.Unmoved, Make.Of("b")), Side.Warehouse);

    [Theory]
    [InlineData(DriftRule.Revert)]
    [InlineData(DriftRule.Flag)]
    [InlineData(DriftRule.Adopt)]
    public void Drift_needs_the_owners_side(DriftRule drift)
    {
        Expect.Reads(Plan(Make.Warehouse(drift), FieldValue.Unmoved, Make.Of("b")), Side.Warehouse);
        Expect.Reads(Plan(Make.Crm(drift), Make.Of("b"), FieldValue.Unmoved), Side.Crm);
    }

    [Fact]
    public void Shared_moved_needs_both_sides_in_sight()
    {
        Expect.Reads(Plan(Make.Shared(), Make.Of("b"), FieldValue.Unmoved), Side.Crm);
        Expect.Reads(Plan(Make.Shared(), FieldValue.Unmoved, Make.Of("b")), Side.Warehouse);
    }

    [Theory]
    [InlineData(FieldOwner.Warehouse)]
    [InlineData(FieldOwner.Crm)]
    [InlineData(FieldOwner.Shared)]
    public void Nothing_moved_needs_nothing(FieldOwner owner)
    {
        var rule = Make.Rule(owner);
        Expect.Is(FieldStep.None, Plan(rule, Make.Of("a"), FieldValue.Unmoved), "unchanged");
        Expect.Is(FieldStep.None, Plan(rule, FieldValue.Unmoved, Make.Of("a")), "unchanged");
        Expect.Is(FieldStep.None, Plan(rule, FieldValue.Unmoved, FieldValue.Unmoved), "unchanged");
    }

    private static FieldDecision Plan(FieldRule rule, FieldValue warehouse, FieldValue crm) =>
        FieldPlanner.Plan(rule, Make.Seen(warehouse, crm, Make.Base(rule, "a", "a")));
}
