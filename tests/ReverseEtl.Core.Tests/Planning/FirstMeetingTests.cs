using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

public sealed class FirstMeetingTests
{
    [Theory]
    [InlineData(FieldOwner.Warehouse)]
    [InlineData(FieldOwner.Crm)]
    [InlineData(FieldOwner.Shared)]
    public void First_meeting_of_equal_values_is_agreement(FieldOwner owner)
    {
        foreach (var first in Enum.GetValues<FirstMatch>())
        {
            Expect.Adopts(Plan(Make.Rule(owner, first: first), "a", "a"), BaseOrigin.Equal, "both sides agree");
            Expect.Adopts(Plan(Make.Rule(owner, first: first), null, " "), BaseOrigin.Equal, "both sides agree");
        }
    }

    [Fact]
    public void First_meeting_by_owner_takes_the_owners_value_and_records_the_other()
    {
        Expect.Pushes(Plan(Make.Warehouse(), "a", "b"), "a", "owner: warehouse", loses: true);
        Expect.Pulls(Plan(Make.Crm(), "a", "b"), "b", "owner: crm", loses: true);
    }

    [Fact]
    public void First_meeting_by_owner_takes_the_owners_blank_too()
    {
        Expect.Pushes(Plan(Make.Warehouse(), null, "b"), null, "owner: warehouse", loses: true);
        Expect.Pulls(Plan(Make.Crm(), "a", null), null, "owner: crm", loses: true);
    }

    [Fact]
    public void First_meeting_of_a_shared_field_prefers_a_value_to_none()
    {
        Expect.Pushes(Plan(Make.Shared(), "a", null), "a", "first_match: prefer_nonblank");
        Expect.Pulls(Plan(Make.Shared(), null, "b"), "b", "first_match: prefer_nonblank");
    }

    [Fact]
    public void First_meeting_of_a_shared_field_with_two_values_follows_the_conflict_policy()
    {
        Expect.Asks(Plan(Make.Shared(), "a", "b"), ConflictKind.Seed, "on_conflict: review");
        Expect.Pushes(Plan(Make.Shared(ConflictPolicy.WarehouseWins), "a", "b"), "a", "on_conflict: warehouse_wins", loses: true);
        Expect.Pulls(Plan(Make.Shared(ConflictPolicy.CrmWins), "a", "b"), "b", "on_conflict: crm_wins", loses: true);
        Expect.Asks(Plan(Make.Shared(ConflictPolicy.Append), "a", "b"), ConflictKind.Seed, "on_conflict: append (nothing was agreed yet)");
        Expect.WritesBoth(Plan(Make.Shared(ConflictPolicy.Union, kind: FieldKind.MultiPicklist), "a;b", "c;b"), "a;b;c", "on_conflict: union");
    }

    [Fact]
    public void First_meeting_prefer_nonblank_lets_a_value_stand_even_against_the_owner()
    {
        Expect.Adopts(Plan(Make.Warehouse(first: FirstMatch.PreferNonblank), null, "b"), BaseOrigin.Adopted, "first_match: prefer_nonblank");
        Expect.Adopts(Plan(Make.Crm(first: FirstMatch.PreferNonblank), "a", null), BaseOrigin.Adopted, "first_match: prefer_nonblank");
        Expect.Pushes(Plan(Make.Warehouse(first: FirstMatch.PreferNonblank), "a", "b"), "a", "owner: warehouse", loses: true);
    }

    [Fact]
    public void First_meeting_warehouse_wins_writes_only_where_it_may()
    {
        Expect.Pushes(Plan(Make.Shared(first: FirstMatch.WarehouseWins), "a", "b"), "a", "first_match: warehouse_wins", loses: true);
        Expect.Pushes(Plan(Make.Shared(first: FirstMatch.WarehouseWins), null, "b"), null, "first_match: warehouse_wins", loses: true);
        Expect.Adopts(Plan(Make.Crm(first: FirstMatch.WarehouseWins), "a", "b"), BaseOrigin.Adopted, "first_match: warehouse_wins");
    }

    [Fact]
    public void First_meeting_crm_wins_writes_only_where_it_may()
    {
        Expect.Pulls(Plan(Make.Shared(first: FirstMatch.CrmWins), "a", "b"), "b", "first_match: crm_wins", loses: true);
        Expect.Adopts(Plan(Make.Warehouse(first: FirstMatch.CrmWins), "a", "b"), BaseOrigin.Adopted, "first_match: crm_wins");
    }

    [Fact]
    public void First_meeting_review_asks_whoever_owns_the_field()
    {
        foreach (var owner in Enum.GetValues<FieldOwner>())
        {
            Expect.Asks(Plan(Make.Rule(owner, first: FirstMatch.Review), "a", "b"), ConflictKind.Seed, "first_match: review");
        }
    }

    [Fact]
    public void First_meeting_needs_both_sides_in_sight()
    {
        foreach (var owner in Enum.GetValues<FieldOwner>())
        {
            Expect.Reads(FieldPlanner.Plan(Make.Rule(owner), Make.Seen(Make.Of("a"), FieldValue.Unmoved)), Side.Crm);
            Expect.Reads(FieldPlanner.Plan(Make.Rule(owner), Make.Seen(FieldValue.Unmoved, Make.Of("a"))), Side.Warehouse);
        }
    }

    private static FieldDecision Plan(FieldRule rule, string? warehouse, string? crm) => FieldPlanner.Plan(rule, Make.View(warehouse, crm));
}
