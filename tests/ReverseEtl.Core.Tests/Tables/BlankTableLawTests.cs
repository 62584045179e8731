using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>The laws of <c>nulls: skip</c> on every case of the field table, for each direction alone and both.</summary>
public sealed class BlankTableLawTests
{
    private static readonly IReadOnlyList<FieldCase> Cases =
    [
        .. from nulls in new[] { (NullRule.Skip, NullRule.Skip), (NullRule.Skip, NullRule.Write), (NullRule.Write, NullRule.Skip) }
           from c in FieldCase.All()
           select c with { Rule = BlankTableText.Skipping(c.Rule, new NullRules(nulls.Item1, nulls.Item2)) },
    ];

    private static readonly bool[] Receipts = [true, false];

    [Fact]
    public void Skipped_blank_is_never_written_over_a_value() => All(c => FieldPlanner.Plan(c.Rule, c.View) switch
    {
        { Step: FieldStep.Push, Value.IsNull: true } => c.Crm is null || c.Rule.Mapping.Nulls.ToCrm is NullRule.Write,
        { Step: FieldStep.Pull, Value.IsNull: true } => c.Warehouse is null || c.Rule.Mapping.Nulls.ToWarehouse is NullRule.Write,
        { Step: FieldStep.WriteBoth, Value.IsNull: true } => false,
        _ => true,
    });

    [Fact]
    public void Skipped_blank_is_neither_drift_nor_a_conflict() => All(c =>
        c.IsSpent || !IsSilent(c) || FieldPlanner.Plan(c.Rule, c.View).Step is not (FieldStep.Ask or FieldStep.WriteBoth));

    [Fact]
    public void Every_case_without_a_skipped_blank_is_decided_as_ever() => All(c =>
        IsSilent(c) || FieldPlanner.Plan(c.Rule, c.View) == FieldPlanner.Plan(BlankTableText.Skipping(c.Rule, NullRules.Written), c.View));

    [Fact]
    public void Every_edit_of_the_other_side_of_a_shared_field_comes_through() => All(c =>
        c.IsSpent || !IsSilent(c) || c.Base is not { } agreed || c.Rule.Owner is not FieldOwner.Shared
        || (c.Warehouse is null ? agreed.Crm == c.Crm : agreed.Warehouse == c.Warehouse)
        || FieldPlanner.Plan(c.Rule, c.View).Step == (c.Warehouse is null ? FieldStep.Pull : FieldStep.Push));

    [Fact]
    public void Every_case_left_alone_has_both_sides_at_the_base() => All(c =>
        FieldPlanner.Plan(c.Rule, c.View).Step is not FieldStep.None || c.Base == (c.Warehouse, c.Crm));

    [Fact]
    public void Every_case_writes_at_most_once_and_then_is_silent_under_any_spelling_and_receipt()
    {
        foreach (var c in Cases.Where(c => c.Warehouse is null != c.Crm is null))
        {
            foreach (var (warehouse, crm, tells) in from w in Normaliser.All from n in Normaliser.All from t in Receipts select (w, n, t))
            {
                var world = new FieldWorld(c.Rule, c.View) { WarehouseSpells = warehouse, CrmSpells = crm, TellsStored = tells };
                Assert.True(world.Settles(rounds: 5) && world.Writes <= 1, $"{c} ({warehouse}, {crm}, tells: {tells}): {world.Writes} writes, ends with {world.Plan()}");
            }
        }
    }

    [Fact]
    public void Every_case_with_the_sides_swapped_gives_the_swapped_decision() => All(c =>
    {
        if (c.Joins)
        {
            return true;
        }

        var (straight, swapped) = (FieldPlanner.Plan(c.Rule, c.View), FieldPlanner.Plan(Duality.Of(c.Rule), Duality.Of(c.View)));
        return straight.Value == swapped.Value && straight.Loses == swapped.Loses && straight.Question == swapped.Question
            && straight.Origin == swapped.Origin && straight.Step == Duality.Of(swapped.Step);
    });

    [Fact]
    public void Open_question_ends_when_a_blank_that_is_skipped_takes_a_side() => All(c =>
    {
        if (c.IsSpent || !IsSilent(c) || c.Base is null)
        {
            return true;
        }

        var decision = FieldPlanner.Plan(c.Rule, c.View.Asked(ConflictKind.Field, "x", "y"));
        return decision.Closes is not null && decision.Step is FieldStep.Adopt or FieldStep.Push or FieldStep.Pull;
    });

    private static bool IsSilent(FieldCase c) => (c.Warehouse, c.Crm) switch
    {
        (null, not null) => c.Rule is { MayPush: true, Mapping.Nulls.ToCrm: NullRule.Skip },
        (not null, null) => c.Rule is { MayPull: true, Mapping.Nulls.ToWarehouse: NullRule.Skip },
        _ => false,
    };

    private static void All(Func<FieldCase, bool> law) => Assert.Empty(Cases.Where(c => !law(c)).Select(c => $"{c} {c.Rule.Mapping.Nulls}").Take(5));
}
