using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>The laws of the planner on every case of the table.</summary>
public sealed class FieldTableLawTests
{
    private static readonly IReadOnlyList<FieldCase> Cases = [.. FieldCase.All()];

    // Three owners, three drift rules, and the policies, of which newest_wins depends on who is newer.
    private const int Rules = 3 * 3 * 11;

    private static readonly bool[] Receipts = [true, false];

    [Fact]
    public void Table_holds_every_combination_that_matters() =>
        Assert.Equal((Rules * 256) + (5 * Rules * 16) + ((6 + 1) * 2 * 4 * 12), Cases.Count);

    [Fact]
    public void Every_rule_that_says_nothing_about_a_case_makes_no_difference_to_it() => Assert.Empty(
        Cases.GroupBy(c => c.ToString(), c => FieldPlanner.Plan(c.Rule, c.View))
            .Where(decisions => decisions.Distinct().Skip(1).Any()).Select(decisions => decisions.Key));

    [Fact]
    public void Every_case_gives_the_same_answer_twice() => All(c => FieldPlanner.Plan(c.Rule, c.View) == FieldPlanner.Plan(c.Rule, c.View));

    [Fact]
    public void Every_case_writes_at_most_once_and_then_is_silent_under_any_spelling_and_receipt()
    {
        foreach (var (c, start, warehouse, crm, tells) in Worlds(_ => true))
        {
            var world = new FieldWorld(c.Rule, start) { WarehouseSpells = warehouse, CrmSpells = crm, TellsStored = tells };
            var settles = world.Settles(rounds: 5);
            var view = world.View;
            world.Apply(world.Plan());
            if (!settles || world.Writes > 1 || view != world.View || view is { Question: null, Base: null })
            {
                Assert.Fail($"{c} ({warehouse}, {crm}, tells: {tells}): {world.Writes} writes, ends with {world.Plan()}");
            }
        }
    }

    // Guards against a law that nothing can break.
    [Fact]
    public void Shell_that_takes_what_it_sent_for_what_was_stored_writes_again()
    {
        var twice = Cases.Count(c =>
        {
            var world = new FieldWorld(c.Rule, c.View) { CrmSpells = Normaliser.All[1], BelievesWhatItSent = true };
            return !world.Settles(rounds: 5) || world.Writes > 1;
        });
        Assert.True(twice > 100, $"only {twice} cases");
    }

    [Fact]
    public void Every_question_answered_writes_at_most_once_and_then_is_silent()
    {
        foreach (var (c, start, warehouse, crm, tells) in Worlds(decision => decision.Step is FieldStep.Ask))
        {
            foreach (var choice in Enum.GetValues<ResolutionChoice>())
            {
                var world = new FieldWorld(c.Rule, start) { WarehouseSpells = warehouse, CrmSpells = crm, TellsStored = tells };
                world.Settles(rounds: 2);
                world.Answer(Make.Answer(choice, "z"));
                Assert.True(world.Settles(rounds: 4, (_, decision) => Assert.True(Permitted(c, decision))), $"{c} {choice}");
                Assert.True(world.Writes <= 1 && world.View is { Question: null, Base: not null }, $"{c} {choice}");
            }
        }
    }

    [Fact]
    public void Every_case_writes_only_where_it_may() => All(c => Permitted(c, FieldPlanner.Plan(c.Rule, c.View)));

    [Fact]
    public void Every_value_written_was_entered_on_a_side_or_joined_by_the_rule() => All(c =>
    {
        var decision = FieldPlanner.Plan(c.Rule, c.View);
        return decision.Step switch
        {
            FieldStep.Push => decision.Value == c.View.Warehouse,
            FieldStep.Pull => decision.Value == c.View.Crm,
            FieldStep.WriteBoth => c.Joins,
            _ => true,
        };
    });

    [Fact]
    public void Every_value_written_over_is_named_by_the_base_or_recorded_or_joined() => All(c =>
    {
        var decision = FieldPlanner.Plan(c.Rule, c.View);
        if (decision.Step is not (FieldStep.Push or FieldStep.Pull) || c.Joins)
        {
            return true;
        }

        var (overwritten, named) = decision.Step is FieldStep.Push ? (c.Crm, c.Base?.Crm) : (c.Warehouse, c.Base?.Warehouse);
        return decision.Loses == (overwritten is not null && (c.Base is null || overwritten != named));
    });

    [Fact]
    public void Every_fight_that_went_on_too_long_is_left_to_a_person_and_nothing_else_is() => All(c =>
    {
        var (calm, spent) = (FieldPlanner.Plan(c.Rule, c.View with { IsSpent = false }), FieldPlanner.Plan(c.Rule, c.View with { IsSpent = true }));
        var takesBack = calm.Step switch
        {
            FieldStep.Push => c.Base is { } agreed && (agreed.Warehouse == c.Warehouse || (c.IsSpent && c.Rule.Owner is FieldOwner.Shared)),
            FieldStep.Pull => c.Base is { } agreed && (agreed.Crm == c.Crm || (c.IsSpent && c.Rule.Owner is FieldOwner.Shared)),
            _ => false,
        };
        return takesBack ? spent is { Step: FieldStep.Ask, Question: ConflictKind.Unstable } : spent == calm;
    });

    [Fact]
    public void Every_adoption_has_a_reason() => All(c =>
    {
        var decision = FieldPlanner.Plan(c.Rule, c.View);
        return decision.Step is not FieldStep.Adopt || decision.Origin switch
        {
            BaseOrigin.Equal => c.Warehouse == c.Crm,
            BaseOrigin.Adopted => c.Warehouse != c.Crm && (c.Base is null || c.Rule.Mapping.OnDrift is DriftRule.Adopt),
            _ => false,
        };
    });

    [Fact]
    public void Every_case_left_alone_has_both_sides_at_the_base() => All(c =>
        FieldPlanner.Plan(c.Rule, c.View).Step is not FieldStep.None || c.Base == (c.Warehouse, c.Crm));

    [Fact]
    public void Every_edit_of_a_side_that_may_be_heard_is_written_asked_or_overruled_by_a_rule() => All(c =>
    {
        if (c.Base is not { } agreed || c.Warehouse == c.Crm || (agreed.Warehouse == c.Warehouse && agreed.Crm == c.Crm))
        {
            return true;
        }

        return FieldPlanner.Plan(c.Rule, c.View).Step is FieldStep.Push or FieldStep.Pull or FieldStep.WriteBoth or FieldStep.Ask or FieldStep.Adopt;
    });

    [Fact]
    public void Every_case_with_the_sides_swapped_gives_the_swapped_decision() => All(c =>
    {
        // Append puts the warehouse's part first; union answers as the CRM spells it, which is symmetric only where both spell alike.
        var spelledAlike = c.Base is not { } agreed || agreed.Warehouse == agreed.Crm;
        if (c.Joins && (c.Rule.Mapping.OnConflict is ConflictPolicy.Append || !spelledAlike))
        {
            return true;
        }

        var (straight, swapped) = (FieldPlanner.Plan(c.Rule, c.View), FieldPlanner.Plan(Duality.Of(c.Rule), Duality.Of(c.View)));
        return straight.Value == swapped.Value && straight.Loses == swapped.Loses && straight.Question == swapped.Question
            && straight.Origin == swapped.Origin && straight.Step == Duality.Of(swapped.Step);
    });

    [Fact]
    public void Every_landed_value_of_the_crm_settles_with_one_write_whatever_the_model_makes_of_it()
    {
        foreach (var c in Cases.Where(c => c.Rule.Owner is FieldOwner.Crm))
        {
            foreach (var model in Normaliser.All)
            {
                var world = new FieldWorld(c.Rule with { Lands = true }, c.View) { WarehouseSpells = model };
                Assert.True(world.Settles(rounds: 3), $"{c} before the echo");
                if (world.View.Base?.Landed is not null)
                {
                    world.Echo();
                }

                Assert.True(world.Settles(rounds: 3) && world.Writes <= 1, $"{c} after the echo ({model})");
            }
        }
    }

    private static IEnumerable<(FieldCase Case, FieldView Start, Normaliser Warehouse, Normaliser Crm, bool Tells)> Worlds(Func<FieldDecision, bool> wanted) =>
        from c in Cases
        let start = c.View
        where wanted(FieldPlanner.Plan(c.Rule, start))
        from warehouse in Normaliser.All
        from crm in Normaliser.All
        from tells in Receipts
        select (c, start, warehouse, crm, tells);

    private static bool Permitted(FieldCase c, FieldDecision decision) => decision.Step switch
    {
        FieldStep.Push => c.Rule.MayPush,
        FieldStep.Pull => c.Rule.MayPull,
        FieldStep.WriteBoth => c.Rule.MayPush && c.Rule.MayPull,
        _ => true,
    };

    private static void All(Func<FieldCase, bool> law) =>
        Assert.Empty(Cases.Where(c => !law(c)).Select(c => $"{c} -> {FieldPlanner.Plan(c.Rule, c.View)}").Take(5));
}
