using CsCheck;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Properties;

/// <summary>What holds for a field whatever is known of it, and whatever is not.</summary>
public sealed class FieldPropertyTests
{
    private const int Cases = 20_000;

    [Fact]
    public void Field_of_any_rule_base_sight_and_question_is_decided_and_the_same_way_twice()
    {
        var seen = new Seen();
        Sample((rule, view, decision) =>
        {
            seen.Count(decision.Step.ToString());
            seen.Count(decision.Step is FieldStep.Ask ? $"ask {decision.Question}" : "no question");
            seen.Count(decision.Step is FieldStep.Adopt ? $"adopt {decision.Origin}" : "no adoption");
            return decision == FieldPlanner.Plan(rule, view);
        });
        seen.MustHold(Enum.GetNames<FieldStep>());
        seen.MustHold("ask Field", "ask Seed", "ask Drift", "ask Unstable", "adopt Receipt", "adopt Equal", "adopt Adopted", "adopt Resolved");
    }

    [Fact]
    public void Side_that_could_not_be_seen_tells_nothing() => Sample((_, view, decision) =>
        (IsKnown(view.Warehouse) && IsKnown(view.Crm)) == decision.Step is not FieldStep.Skip);

    [Fact]
    public void Only_a_side_that_may_be_written_is_written_and_only_with_what_somebody_entered() => Sample((rule, view, decision) =>
        decision.Step switch
        {
            FieldStep.Push => rule.MayPush && view.Warehouse.IsSeen && decision.Value == view.WarehouseAsCrm,
            FieldStep.Pull => rule.MayPull && view.Crm.IsSeen && view.Warehouse.IsSeen && decision.Value == view.CrmAsWarehouse,
            FieldStep.WriteBoth => rule.Owner is FieldOwner.Shared && view.Warehouse.IsSeen && view.Crm.IsSeen && IsMade(rule, view),
            _ => decision.Value == default,
        });

    [Fact]
    public void Shared_field_is_written_only_with_both_sides_in_sight() => Sample((rule, view, decision) =>
        rule.Owner is not FieldOwner.Shared || !Writes(decision) || (view.Warehouse.IsSeen && view.Crm.IsSeen));

    [Fact]
    public void Side_is_asked_to_be_read_only_where_it_was_not() => Sample((_, view, decision) => decision.Step is not FieldStep.Read
        || (decision.Side is Side.Crm ? view.Crm : view.Warehouse).State is ValueState.Unmoved);

    [Fact]
    public void Reading_what_is_asked_for_comes_to_an_end()
    {
        var seen = new Seen();
        Gen.Select(ViewGen.Any, ViewGen.Any).Sample(
            (first, second) =>
            {
                var (rule, view) = first;
                var reads = 0;
                for (var decision = FieldPlanner.Plan(rule, view); decision.Step is FieldStep.Read; decision = FieldPlanner.Plan(rule, view))
                {
                    reads++;
                    view = decision.Side is Side.Crm
                        ? view with { Crm = Read(second.View.Crm), CrmAsWarehouse = Read(second.View.Crm) }
                        : view with { Warehouse = Read(second.View.Warehouse), WarehouseAsCrm = Read(second.View.Warehouse) };
                }

                seen.Count($"{reads} reads");
                return reads <= 2;
            },
            iter: Cases);
        seen.MustHold("0 reads", "1 reads", "2 reads");
    }

    [Fact]
    public void Base_moves_only_by_what_corresponds_by_a_rule_or_by_a_person() => Sample((rule, view, decision) =>
        decision.Step is not FieldStep.Adopt || decision.Origin switch
        {
            BaseOrigin.Equal => Same(rule, view),
            BaseOrigin.Receipt => view is { Base.Origin: BaseOrigin.Sent, LastChangedByUs: true }
                && view.Question is null or { Kind: ConflictKind.Overwritten },
            BaseOrigin.Adopted => view.Warehouse.IsSeen && view.Crm.IsSeen && rule.Owner is not FieldOwner.Shared,
            BaseOrigin.Resolved => view.Question?.Answer is not null,
            _ => false,
        });

    [Fact]
    public void Question_closes_only_where_one_is_open() => Sample((_, view, decision) => decision.Closes is null || view.Question is not null);

    [Fact]
    public void Question_about_these_values_freezes_its_field_until_it_is_answered_or_void()
    {
        var seen = new Seen();
        Sample((rule, view, decision) =>
        {
            if (view.Question is not { Kind: ConflictKind.Field or ConflictKind.Seed or ConflictKind.Unstable, Answer: null } || !Writes(decision))
            {
                return true;
            }

            // Only where one side is back at what was agreed, or the landing table must follow the CRM.
            seen.Count(decision.Closes!);
            return decision.Closes is not null;
        });
        seen.MustHold("one side returned to the base", "agreed");
    }

    [Fact]
    public void Answer_is_carried_out_only_about_the_values_that_were_asked_about() => Sample((rule, view, decision) =>
        decision.Closes?.StartsWith("resolved", StringComparison.Ordinal) != true
        || (view.Question is { } question && rule.WarehouseType.Same(view.Warehouse, question.Warehouse)
            && (question.Kind is ConflictKind.Overwritten || rule.CrmType.Same(view.Crm, question.Crm))));

    [Fact]
    public void Rule_that_is_not_about_the_case_does_not_matter() => Sample((rule, view, decision) =>
    {
        var mapping = rule.Mapping;
        var others = rule.Owner is FieldOwner.Shared
            ? Enum.GetValues<DriftRule>().Select(drift => mapping with { OnDrift = drift })
            : Enum.GetValues<ConflictPolicy>().Select(policy => mapping with { OnConflict = policy });
        others = view.Base is null ? others : others.Concat(Enum.GetValues<FirstMatch>().Select(first => mapping with { FirstMatch = first }));
        return others.All(other => FieldPlanner.Plan(rule with { Mapping = other }, view) == decision);
    });

    [Fact]
    public void Side_that_was_not_read_is_held_for_what_it_was()
    {
        var seen = new Seen();
        Sample((rule, view, decision) =>
        {
            // What it was is known only as the base's half, and for a shared field its text.
            if (view is not { Question: null, Base: { Origin: not BaseOrigin.Sent, Landed: null } agreed }
                || !view.Crm.IsSeen || !view.Warehouse.IsSeen || !agreed.Crm.Is(rule.CrmType, view.Crm))
            {
                return true;
            }

            var blind = FieldPlanner.Plan(rule, view with { Crm = FieldValue.Unmoved, CrmAsWarehouse = FieldValue.Unmoved });
            seen.Count(blind.Step.ToString());

            // Without the sight of it two equal values are not known to be equal; all else is decided alike, or not before it is read.
            return blind.Step is FieldStep.Read || decision is { Step: FieldStep.Adopt, Origin: BaseOrigin.Equal } || blind == decision;
        });
        seen.MustHold("None", "Push", "Read");
    }

    [Fact]
    public void Sides_swapped_give_the_swapped_decision()
    {
        var seen = new Seen();
        Sample((rule, view, decision) =>
        {
            // What only one side has breaks the symmetry: a landing table, a spelling seen late, a key of its own, a question's side, a fight.
            if (rule.Lands || rule.Mapping.References is not null || rule.Mapping.OnConflict is ConflictPolicy.Append or ConflictPolicy.Union
                || view is not { Question: null, IsSpent: false, Base: null or { Origin: not BaseOrigin.Sent, Landed: null } }
                || !view.Warehouse.IsSeen || !view.Crm.IsSeen || !HasOrder(view))
            {
                return true;
            }

            var swapped = FieldPlanner.Plan(Duality.Of(rule), Duality.Of(view));
            seen.Count($"{decision.Step}");
            return Duality.Of(decision.Step) == swapped.Step && decision.Value == swapped.Value && decision.Loses == swapped.Loses
                && decision.Question == swapped.Question && decision.Origin == swapped.Origin;
        });
        seen.MustHold("None", "Push", "Pull", "Ask", "Adopt");
    }

    private static void Sample(Func<FieldRule, FieldView, FieldDecision, bool> law) =>
        ViewGen.Any.Sample(at => law(at.Rule, at.View, FieldPlanner.Plan(at.Rule, at.View)), iter: Cases);

    private static bool IsKnown(FieldValue value) => value.IsSeen || value.State is ValueState.Unmoved;

    private static bool Writes(FieldDecision decision) => decision.Step is FieldStep.Push or FieldStep.Pull or FieldStep.WriteBoth;

    private static FieldValue Read(FieldValue value) => value.State is ValueState.Unmoved ? FieldValue.Null : value;

    private static bool Same(FieldRule rule, FieldView view) =>
        rule.CrmType.Same(view.WarehouseAsCrm, view.Crm) || rule.WarehouseType.Same(view.CrmAsWarehouse, view.Warehouse);

    private static bool IsMade(FieldRule rule, FieldView view) =>
        view.Question?.Answer is { Choice: ResolutionChoice.Value or ResolutionChoice.Crm }
        || rule.Mapping.OnConflict is ConflictPolicy.Union or ConflictPolicy.Append;

    // Two changes closer together than the clocks agree have no order, and the CRM's then stands.
    private static bool HasOrder(FieldView view) =>
        !(view.WarehouseAt is { } row && view.CrmAt is { } record && (row - record).Duration() <= TimeSpan.FromSeconds(2));
}
