using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>A write whose stored value was not told: the base holds what was sent until the CRM is looked at.</summary>
public sealed class SentTests
{
    [Theory]
    [InlineData(FieldOwner.Warehouse)]
    [InlineData(FieldOwner.Shared)]
    public void Sent_and_shown_otherwise_by_us_is_the_crms_spelling(FieldOwner owner) =>
        Expect.Adopts(Plan(Make.Rule(owner), "p", "P", byUs: true), BaseOrigin.Receipt, "the CRM's spelling of our value");

    [Theory]
    [InlineData(FieldOwner.Warehouse)]
    [InlineData(FieldOwner.Shared)]
    public void Sent_and_shown_as_sent_becomes_agreement(FieldOwner owner) =>
        Expect.Adopts(Plan(Make.Rule(owner), "p", "p", byUs: true), BaseOrigin.Equal, "both sides agree");

    [Fact]
    public void Sent_and_shown_otherwise_by_somebody_else_is_their_edit()
    {
        Expect.Pulls(Plan(Make.Shared(), "p", "x", byUs: false), "x", "shared: changed in the CRM");
        Expect.Pushes(Plan(Make.Warehouse(), "p", "x", byUs: false), "p", "on_drift: revert", loses: true);
    }

    [Fact]
    public void Sent_and_overtaken_by_a_new_value_is_pushed_without_a_loss()
    {
        Expect.Pushes(Plan(Make.Warehouse(), "q", "P", byUs: true), "q", "owner: warehouse");
        Expect.Pushes(Plan(Make.Shared(), "q", "P", byUs: true), "q", "shared: changed in the warehouse");
    }

    [Fact]
    public void Sent_and_not_looked_at_yet_stands() =>
        Expect.Is(FieldStep.None, FieldPlanner.Plan(Make.Shared(), Make.Seen(Make.Of("p"), FieldValue.Unmoved, Base(Make.Shared()))), "unchanged");

    [Theory]
    [InlineData(BaseOrigin.Receipt)]
    [InlineData(BaseOrigin.Equal)]
    [InlineData(BaseOrigin.Adopted)]
    [InlineData(BaseOrigin.Resolved)]
    public void Author_means_nothing_once_the_stored_value_was_seen(BaseOrigin origin)
    {
        var rule = Make.Shared();
        var view = Make.View("p", "P", Make.Base(rule, "p", "p", origin)) with { LastChangedByUs = true };
        Expect.Pulls(FieldPlanner.Plan(rule, view), "P", "shared: changed in the CRM");
    }

    // A question means that somebody's edit was seen here. A later write of ours to another field of the record must not make it ours.
    [Fact]
    public void Sent_with_a_question_open_is_never_our_spelling()
    {
        var shared = Make.Shared();
        var conflict = (Make.View("q", "u", Base(shared)) with { LastChangedByUs = true }).Asked(ConflictKind.Field, "q", "u");
        Expect.Is(FieldStep.None, FieldPlanner.Plan(shared, conflict), "frozen: conflict open");
        var flagged = Make.Warehouse(DriftRule.Flag);
        var drift = (Make.View("p", "u", Base(flagged)) with { LastChangedByUs = true }).Asked(ConflictKind.Drift, "p", "u");
        Expect.Is(FieldStep.None, FieldPlanner.Plan(flagged, drift), "on_drift: flag");
    }

    private static FieldBase Base(FieldRule rule) => Make.Base(rule, "p", "p", BaseOrigin.Sent);

    private static FieldDecision Plan(FieldRule rule, string? warehouse, string? crm, bool byUs) =>
        FieldPlanner.Plan(rule, Make.View(warehouse, crm, Base(rule)) with { LastChangedByUs = byUs });
}
