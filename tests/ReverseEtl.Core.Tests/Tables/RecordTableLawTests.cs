using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>The laws of the record planner on every state, presence, edit, age, rule, question and answer.</summary>
public sealed class RecordTableLawTests
{
    [Fact]
    public void Deletion_needs_the_other_side_to_be_gone_and_this_side_in_sight() => All((view, step, _) =>
        step switch
        {
            RecordStep.ArchiveCrm or RecordStep.DeleteCrm or RecordStep.PurgeCrm => view is { State: PairState.Linked, Warehouse: Presence.Missing, Crm: Presence.Present },
            RecordStep.DeleteWarehouse => view is { State: PairState.Linked, Crm: Presence.Missing, Warehouse: Presence.Present },
            _ => true,
        });

    [Fact]
    public void Deletion_by_rule_alone_needs_age() => All((view, step, _) => !Destroys(step) || view.IsAged || view.Question?.Answer is not null);

    [Fact]
    public void Edited_record_is_deleted_only_by_a_person_who_was_asked_about_the_edit() => All((view, step, edited) =>
        !Destroys(step) || !edited || view.Question is { Kind: ConflictKind.DeleteVsEdit, Answer: not null });

    [Fact]
    public void Answer_is_used_up_only_by_carrying_it_out_or_asking_anew_or_both_sides_in_sight()
    {
        foreach (var (rules, view, _) in RecordTableText.Cases().Where(c => c.View.Question?.Answer is not null))
        {
            var decision = RecordTableText.Plan(rules, view);
            var seen = (view.Warehouse is not Presence.Unread && view.Crm is not Presence.Unread) || view.Crm is Presence.Converted;
            Assert.True(decision.Closes is null || seen || view.State is PairState.GoneFromCrm or PairState.GoneFromWarehouse, $"{view} -> {decision}");
        }
    }

    [Fact]
    public void Mirror_removes_by_itself_only_what_is_ours()
    {
        foreach (var (rules, view, _) in RecordTableText.Cases().Where(c => c.Rules.Mode is WriteMode.Mirror && c.View.Question is null))
        {
            var decision = RecordTableText.Plan(rules, view);
            Assert.True(view.IsOurs || !Destroys(decision.Step) || decision.Step is RecordStep.DeleteWarehouse, $"{view} -> {decision}");
        }
    }

    [Fact]
    public void Update_only_never_makes_a_record_again_whatever_anybody_answers()
    {
        foreach (var (rules, view, _) in RecordTableText.Cases().Where(c => c.Rules.Mode is WriteMode.UpdateOnly))
        {
            Assert.NotEqual(RecordStep.Recreate, RecordTableText.Plan(rules, view).Step);
        }
    }

    [Fact]
    public void Nothing_is_removed_or_made_again_while_a_line_is_parked()
    {
        foreach (var (rules, view, _) in RecordTableText.Cases())
        {
            var decision = RecordPlanner.Plan(rules, [Make.Shared() with { IsParked = true }], view);
            Assert.False(Destroys(decision.Step) || decision.Step is RecordStep.Recreate, $"{view} -> {decision}");
        }
    }

    [Fact]
    public void Converted_record_ends_its_pair_and_is_neither_removed_nor_made_again()
    {
        foreach (var (rules, view, _) in RecordTableText.Cases().Where(c => c.View is { Crm: Presence.Converted, State: PairState.Linked }))
        {
            Assert.True(RecordTableText.Plan(rules, view).Step is RecordStep.Detach or RecordStep.Forget, $"{view}");
        }
    }

    [Fact]
    public void Question_is_asked_or_open_but_never_both_and_nothing_closes_without_one() => All((view, step, _) =>
        step is not RecordStep.Frozen || view.Question is not null || view.State is PairState.Duplicate or PairState.CreatingCrm);

    private static bool Destroys(RecordStep step) => step is RecordStep.ArchiveCrm or RecordStep.DeleteCrm or RecordStep.PurgeCrm or RecordStep.DeleteWarehouse;

    private static void All(Func<RecordView, RecordStep, bool, bool> law)
    {
        foreach (var (rules, view, edited) in RecordTableText.Cases())
        {
            var decision = RecordTableText.Plan(rules, view);
            Assert.True(law(view, decision.Step, edited), $"{view} -> {decision}");
            Assert.True(view.Question is not null || decision.Closes is null, $"{view} closes nothing");
        }
    }
}
