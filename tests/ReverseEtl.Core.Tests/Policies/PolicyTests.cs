using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Policies;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Policies;

public sealed class PolicyTests
{
    [Fact]
    public void Review_takes_neither() => Assert.Equal(new PolicyVerdict(Take.Neither, "on_conflict: review"), Resolve(ConflictPolicy.Review, "b", "c"));

    [Fact]
    public void Side_wins_takes_the_named_side()
    {
        Assert.Equal(Take.Warehouse, Resolve(ConflictPolicy.WarehouseWins, "b", "c").Take);
        Assert.Equal(Take.Crm, Resolve(ConflictPolicy.CrmWins, "b", "c").Take);
    }

    [Theory]
    [InlineData(3000, Take.Warehouse)]
    [InlineData(2001, Take.Warehouse)]
    [InlineData(2000, Take.Crm)]
    [InlineData(0, Take.Crm)]
    [InlineData(-2001, Take.Crm)]
    public void Newest_wins_beyond_the_clock_skew_and_else_the_crm(int warehouseLaterByMs, Take take)
    {
        var view = Make.View("b", "c") with { WarehouseAt = Make.Noon.AddMilliseconds(warehouseLaterByMs), CrmAt = Make.Noon };
        Assert.Equal(take, ConflictPolicies.Resolve(Make.Shared(ConflictPolicy.NewestWins), view).Take);
    }

    [Fact]
    public void Newest_wins_without_a_time_asks()
    {
        var rule = Make.Shared(ConflictPolicy.NewestWins);
        Assert.Equal(Take.Neither, ConflictPolicies.Resolve(rule, Make.View("b", "c")).Take);
        Assert.Equal(Take.Neither, ConflictPolicies.Resolve(rule, Make.View("b", "c") with { CrmAt = Make.Noon }).Take);
        var verdict = ConflictPolicies.Resolve(rule, Make.View("b", "c") with { WarehouseAt = Make.Noon });
        Assert.Equal("on_conflict: newest_wins (a time is not known)", verdict.Rule);
    }

    [Fact]
    public void Newest_wins_at_the_ends_of_time_does_not_overflow()
    {
        var view = Make.View("b", "c") with { WarehouseAt = DateTimeOffset.MaxValue, CrmAt = DateTimeOffset.MinValue };
        Assert.Equal(Take.Warehouse, ConflictPolicies.Resolve(Make.Shared(ConflictPolicy.NewestWins), view).Take);
    }

    [Fact]
    public void Prefer_nonblank_takes_the_value_and_asks_about_two()
    {
        Assert.Equal(Take.Crm, Resolve(ConflictPolicy.PreferNonblank, " ", "c").Take);
        Assert.Equal(Take.Warehouse, Resolve(ConflictPolicy.PreferNonblank, "b", null).Take);
        Assert.Equal(Take.Neither, Resolve(ConflictPolicy.PreferNonblank, "b", "c").Take);
    }

    [Theory]
    [InlineData(FieldKind.Integer, "9", "10", -1)]
    [InlineData(FieldKind.Integer, "123456789012345678901234567891", "123456789012345678901234567890", 1)]
    [InlineData(FieldKind.Decimal, "-1.5", "-1.25", -1)]
    [InlineData(FieldKind.Date, "2024-01-31", "2024-02-01", -1)]
    [InlineData(FieldKind.Timestamp, "2024-01-01T01:00:00+02:00", "2024-01-01T00:00:00Z", -1)]
    [InlineData(FieldKind.Boolean, "yes", "no", 1)]
    [InlineData(FieldKind.Text, "b", "a", 1)]
    [InlineData(FieldKind.Text, null, "a", -1)]
    [InlineData(FieldKind.Integer, "-1", null, 1)]
    public void Max_and_min_take_by_the_order_of_the_kind(FieldKind kind, string? warehouse, string? crm, int order)
    {
        Assert.Equal(order > 0 ? Take.Warehouse : Take.Crm, Resolve(ConflictPolicy.Max, warehouse, crm, kind: kind).Take);
        Assert.Equal(order > 0 ? Take.Crm : Take.Warehouse, Resolve(ConflictPolicy.Min, warehouse, crm, kind: kind).Take);
    }

    [Fact]
    public void Max_of_what_is_no_number_asks() =>
        Assert.Equal("on_conflict: max (a value cannot be ordered)", Resolve(ConflictPolicy.Max, "n/a", "1", kind: FieldKind.Integer).Rule);

    [Theory]
    [InlineData("a", "a;b", "a;c", "a;b;c")]
    [InlineData("a;b", "a", "a;b;c", "a;c")]
    [InlineData("a;b", "b", "a", null)]
    [InlineData("a;b", "a;b;c", "b", "b;c")]
    [InlineData(null, "a", "b", "a;b")]
    [InlineData("a", null, "a;b", "b")]
    public void Union_joins_additions_and_removals(string? agreed, string? warehouse, string? crm, string? union)
    {
        var verdict = Resolve(ConflictPolicy.Union, warehouse, crm, (agreed, agreed), FieldKind.MultiPicklist);
        Assert.Equal(Take.Value, verdict.Take);
        Assert.Equal(FieldValue.Of(union), verdict.Value);
    }

    // The base of a side that spells its members its own way must not be read as removals on the other.
    [Fact]
    public void Union_with_a_crm_that_spells_members_its_own_way_loses_none() =>
        Assert.Equal(
            FieldValue.Of("A;B;D;c"),
            Resolve(ConflictPolicy.Union, "a;b;c", "A;B;D", ("a;b", "A;B"), FieldKind.MultiPicklist).Value);

    [Fact]
    public void Union_with_a_removal_that_the_crm_spells_otherwise_asks() =>
        Assert.Equal(Take.Neither, Resolve(ConflictPolicy.Union, "a", "A;B;D", ("a;b", "A;B"), FieldKind.MultiPicklist).Take);

    [Fact]
    public void Union_without_the_values_of_the_base_removes_nothing()
    {
        var rule = Make.Shared(ConflictPolicy.Union, kind: FieldKind.MultiPicklist);
        Assert.Equal(FieldValue.Of("a;b"), ConflictPolicies.Resolve(rule, Make.View("a", "b", Hashed("a;b"))).Value);
    }

    [Theory]
    [InlineData("x", "x1", "x2", "x12")]
    [InlineData(null, "1", "2", "12")]
    public void Append_keeps_what_both_sides_appended_the_warehouses_first(string? agreed, string warehouse, string crm, string appended)
    {
        var verdict = Resolve(ConflictPolicy.Append, warehouse, crm, (agreed, agreed));
        Assert.Equal(Take.Value, verdict.Take);
        Assert.Equal(FieldValue.Of(appended), verdict.Value);
    }

    [Theory]
    [InlineData("y1", "x2")]
    [InlineData("x1", "y2")]
    [InlineData(null, "x2")]
    public void Append_to_a_text_that_was_changed_asks(string? warehouse, string crm) =>
        Assert.Equal(Take.Neither, Resolve(ConflictPolicy.Append, warehouse, crm, ("x", "x")).Take);

    // One of the two writes failed; the second attempt must not append what is there already.
    [Theory]
    [InlineData("x12", "x2")]
    [InlineData("x1", "x12")]
    public void Append_written_on_one_side_only_is_completed_not_repeated(string warehouse, string crm) =>
        Assert.Equal(FieldValue.Of("x12"), Resolve(ConflictPolicy.Append, warehouse, crm, ("x", "x")).Value);

    // A field that had one owner before keeps a hash only; an empty base would append one whole text to the other.
    [Fact]
    public void Append_without_the_values_of_the_base_asks() =>
        Assert.Equal(Take.Neither, ConflictPolicies.Resolve(Make.Shared(ConflictPolicy.Append), Make.View("x1", "x2", Hashed("x"))).Take);

    // A value that was landed before anything was agreed has a base whose CRM half was never seen.
    [Fact]
    public void Append_with_half_a_base_asks()
    {
        var rule = Make.Shared(ConflictPolicy.Append);
        var half = new FieldBase(rule.WarehouseHalf(Make.Of("x")), rule.CrmHalf(FieldValue.NotObserved), BaseOrigin.Adopted);
        Assert.Equal(Take.Neither, ConflictPolicies.Resolve(rule, Make.View("x1", "x2", half)).Take);
    }

    // Joined, the CRM's first part would be gone.
    [Fact]
    public void Append_to_two_texts_that_were_left_as_they_are_asks()
    {
        var rule = Make.Shared(ConflictPolicy.Append);
        var left = Make.Base(rule, null, "old notes") with { Origin = BaseOrigin.Resolved };
        Assert.Equal(Take.Neither, ConflictPolicies.Resolve(rule, Make.View("1", "old notes 2", left)).Take);
    }

    [Fact]
    public void Value_of_both_that_one_side_has_already_is_written_on_the_other_only()
    {
        var rule = Make.Shared(ConflictPolicy.Union, kind: FieldKind.MultiPicklist);
        Expect.Pulls(FieldPlanner.Plan(rule, Make.View("a;b", "b;c;a", Make.Base(rule, "a", "a"))), "b;c;a", "on_conflict: union");
        Expect.Pushes(FieldPlanner.Plan(rule, Make.View("c;b;a", "a;b", Make.Base(rule, "a", "a"))), "c;b;a", "on_conflict: union");
        Expect.WritesBoth(FieldPlanner.Plan(rule, Make.View("a;b", "a;c", Make.Base(rule, "a", "a"))), "a;b;c", "on_conflict: union");
    }

    private static FieldBase Hashed(string? value)
    {
        var owned = Make.Warehouse();
        return new(owned.WarehouseHalf(Make.Of(value)), owned.CrmHalf(Make.Of(value)), BaseOrigin.Equal);
    }

    private static PolicyVerdict Resolve(
        ConflictPolicy policy, string? warehouse, string? crm, (string? Warehouse, string? Crm)? agreed = null, FieldKind kind = FieldKind.Text)
    {
        var rule = Make.Shared(policy, kind: kind);
        return ConflictPolicies.Resolve(
            rule, Make.View(warehouse, crm, agreed is { } at ? Make.Base(rule, at.Warehouse, at.Crm) : null));
    }
}
