using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Tests.Tables;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>A base that may be older than what was done since proves nothing once a side has moved from it.</summary>
public sealed class DoubtedTests
{
    private static readonly FieldRule Rule = Make.Shared();

    [Fact]
    public void Base_stands_where_both_sides_stand_at_it()
    {
        var view = Make.View("p", "P", Make.Base(Rule, "p", "P"));
        Assert.Equal(view, view.Doubted(Rule));
        Expect.Is(FieldStep.None, FieldPlanner.Plan(Rule, view.Doubted(Rule)), "unchanged");
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "b")]
    [InlineData("b", "c")]
    public void Base_that_a_side_moved_from_is_nothing_agreed(string warehouse, string crm)
    {
        var view = Make.View(warehouse, crm, Make.Base(Rule, "a", "a")).Doubted(Rule);
        Assert.Null(view.Base);
        Expect.Asks(FieldPlanner.Plan(Rule, view), ConflictKind.Seed, FieldPlanner.Plan(Rule, view).Rule);
    }

    [Fact]
    public void Spelling_of_our_own_is_nothing_agreed_because_it_may_be_that_of_a_later_value()
    {
        var view = Make.View("p", "P", Make.Base(Rule, "p", "p", BaseOrigin.Sent)) with { LastChangedByUs = true };
        Assert.Null(view.Doubted(Rule).Base);
    }

    [Fact]
    public void Landed_value_still_waits_for_its_echo()
    {
        var rule = Make.Crm(lands: true);
        var view = Make.View("a", "b", Make.Base(rule, "a", "a", landed: "b"));
        Assert.Equal(FieldStep.AwaitEcho, FieldPlanner.Plan(rule, view.Doubted(rule)).Step);
        Assert.Null((view with { Crm = Make.Of("c"), CrmAsWarehouse = Make.Of("c") }).Doubted(rule).Base);
    }

    [Fact]
    public void Every_case_writes_only_over_what_is_recorded()
    {
        foreach (var c in FieldCase.All().Where(c => c.Base is not null))
        {
            var view = c.View.Doubted(c.Rule);
            var decision = FieldPlanner.Plan(c.Rule, view);
            var overwritten = decision.Step is FieldStep.Push ? view.Crm : view.Warehouse;
            Assert.True(
                decision.Step is not (FieldStep.Push or FieldStep.Pull) || decision.Loses || overwritten.State is not ValueState.Value
                    || c.Rule.Mapping.OnConflict is ConflictPolicy.Union or ConflictPolicy.Append,
                $"{c} -> {decision}");
        }
    }

    [Theory]
    [InlineData(Presence.Unread, Presence.Present, Side.Warehouse)]
    [InlineData(Presence.Present, Presence.Unread, Side.Crm)]
    [InlineData(Presence.Unread, Presence.Unread, Side.Crm)]
    public void Doubted_pair_is_decided_only_with_both_sides_in_sight(Presence warehouse, Presence crm, Side read)
    {
        var view = Make.Record(warehouse, crm, fields: Make.View("a", "a", Make.Base(Rule, "a", "a"))) with { IsDoubted = true };
        var decision = RecordPlanner.Plan(new RecordRules(), [Rule], view);
        Assert.Equal((RecordStep.Read, read), (decision.Step, decision.Side));
    }

    [Fact]
    public void No_case_of_a_doubted_pair_deletes_or_makes_anything_anew()
    {
        var waited = 0;
        foreach (var (rules, view, _) in RecordTableText.Cases())
        {
            var (calm, doubted) = (RecordTableText.Plan(rules, view), RecordTableText.Plan(rules, view with { IsDoubted = true }));
            Assert.False(doubted.Step is RecordStep.ArchiveCrm or RecordStep.DeleteCrm or RecordStep.DeleteWarehouse or RecordStep.Recreate, $"{view} -> {doubted}");
            if (calm.Step is RecordStep.ArchiveCrm or RecordStep.DeleteCrm or RecordStep.DeleteWarehouse or RecordStep.Recreate)
            {
                waited++;
                Assert.True(doubted is { Step: RecordStep.Age, Closes: null }, $"{view} -> {doubted}");
            }
        }

        Assert.True(waited > 0);
    }
}
