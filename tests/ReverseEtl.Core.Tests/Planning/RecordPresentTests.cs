using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

public sealed class RecordPresentTests
{
    private static readonly FieldRule Owned = Make.Warehouse();
    private static readonly FieldRule Shared = Make.Shared();

    [Fact]
    public void Record_on_both_sides_carries_one_decision_a_field()
    {
        var decision = Plan(Make.View("b", "a", Make.Base(Owned, "a", "a")), Make.View("b", "c", Make.Base(Shared, "a", "a")));
        Assert.Equal(RecordStep.Fields, decision.Step);
        Expect.Pushes(decision.Fields[0], "b", "owner: warehouse");
        Expect.Asks(decision.Fields[1], ConflictKind.Field, "on_conflict: review");
        Assert.Null(decision.Closes);
    }

    [Fact]
    public void Conflict_or_unreadable_field_freezes_that_field_only()
    {
        var decision = Plan(Make.View("b", "a", Make.Base(Owned, "a", "a")), Make.Seen(FieldValue.NotObserved, Make.Of("c"), Make.Base(Shared, "a", "a")));
        Assert.Equal(FieldStep.Push, decision.Fields[0].Step);
        Assert.Equal(FieldStep.Skip, decision.Fields[1].Step);
    }

    [Fact]
    public void Field_that_needs_a_side_makes_the_record_read_it()
    {
        var decision = Plan(Make.View("b", "a", Make.Base(Owned, "a", "a")), Make.Seen(Make.Of("b"), FieldValue.Unmoved, Make.Base(Shared, "a", "a")));
        Assert.Equal(RecordStep.Read, decision.Step);
        Assert.Equal(Side.Crm, decision.Side);
    }

    // Afterwards we are the last author, and whatever somebody typed meanwhile would look like the CRM's spelling of what we sent.
    [Fact]
    public void Record_with_a_value_sent_and_not_seen_yet_is_read_before_it_is_written_again()
    {
        var sent = Make.Base(Owned, "a", "a", BaseOrigin.Sent);
        var other = Make.Seen(Make.Of("b"), FieldValue.Unmoved, Make.Base(Owned, "a", "a"));
        var view = Record(Presence.Present, Presence.Unread, Make.Seen(Make.Of("a"), FieldValue.Unmoved, sent), other);
        var decision = RecordPlanner.Plan(new RecordRules(), [Owned, Owned], view);
        Assert.Equal((RecordStep.Read, Side.Crm), (decision.Step, decision.Side));

        var still = Make.Seen(Make.Of("a"), FieldValue.Unmoved, sent);
        var idle = Record(Presence.Present, Presence.Unread, still, still);
        Assert.Equal(RecordStep.Fields, RecordPlanner.Plan(new RecordRules(), [Owned, Owned], idle).Step);
    }

    [Fact]
    public void Record_back_on_both_sides_closes_its_question()
    {
        var view = Record(Presence.Present, Presence.Present) with { Question = new(ConflictKind.GoneFromCrm, null) };
        Assert.Equal("the record is there on both sides", RecordPlanner.Plan(new RecordRules(), [], view).Closes);
    }

    // A cycle that did not look at the missing side must neither close the question nor use up its answer.
    [Theory]
    [InlineData(Presence.Unread, Presence.Present, Side.Warehouse)]
    [InlineData(Presence.Present, Presence.Unread, Side.Crm)]
    [InlineData(Presence.Unread, Presence.Unread, Side.Crm)]
    public void Record_with_a_question_is_judged_only_with_both_sides_in_sight(Presence warehouse, Presence crm, Side side)
    {
        foreach (var answer in new[] { null, Make.Answer(ResolutionChoice.Warehouse) })
        {
            var view = Record(warehouse, crm) with { Question = new(ConflictKind.GoneFromWarehouse, answer) };
            var decision = RecordPlanner.Plan(new RecordRules(), [], view);
            Assert.Equal((RecordStep.Read, side), (decision.Step, decision.Side));
            Assert.Null(decision.Closes);
        }
    }

    [Theory]
    [InlineData(PairState.Duplicate)]
    [InlineData(PairState.CreatingCrm)]
    public void Record_of_a_pair_that_is_not_settled_is_frozen(PairState state)
    {
        foreach (var (warehouse, crm) in Presences())
        {
            var decision = RecordPlanner.Plan(new RecordRules(), [], Record(warehouse, crm) with { State = state });
            Assert.Equal(RecordStep.Frozen, decision.Step);
            Assert.Null(decision.Closes);
        }
    }

    [Fact]
    public void Record_back_in_the_warehouse_or_the_crm_meets_as_for_the_first_time()
    {
        foreach (var presence in Enum.GetValues<Presence>())
        {
            var warehouse = Record(Presence.Present, presence) with { State = PairState.GoneFromWarehouse };
            Assert.Equal(RecordStep.Relink, RecordPlanner.Plan(new RecordRules(), [], warehouse).Step);
            var crm = Record(presence, Presence.Present) with { State = PairState.GoneFromCrm };
            Assert.Equal(RecordStep.Relink, RecordPlanner.Plan(new RecordRules(), [], crm).Step);
        }
    }

    [Theory]
    [InlineData(PairState.GoneFromWarehouse, Presence.Missing, Presence.Missing, RecordStep.Forget)]
    [InlineData(PairState.GoneFromWarehouse, Presence.Unread, Presence.Missing, RecordStep.Forget)]
    [InlineData(PairState.GoneFromWarehouse, Presence.Missing, Presence.Present, RecordStep.None)]
    [InlineData(PairState.GoneFromWarehouse, Presence.Unread, Presence.Unread, RecordStep.None)]
    [InlineData(PairState.GoneFromCrm, Presence.Missing, Presence.Missing, RecordStep.Forget)]
    [InlineData(PairState.GoneFromCrm, Presence.Missing, Presence.Unread, RecordStep.Forget)]
    [InlineData(PairState.GoneFromCrm, Presence.Present, Presence.Missing, RecordStep.None)]
    public void Record_detached_stays_so_until_the_other_side_goes_too(PairState state, Presence warehouse, Presence crm, RecordStep step) =>
        Assert.Equal(step, RecordPlanner.Plan(new RecordRules(), [], Record(warehouse, crm) with { State = state }).Step);

    [Fact]
    public void Record_detached_with_an_answer_closes_it()
    {
        var view = Record(Presence.Missing, Presence.Present) with
        {
            State = PairState.GoneFromWarehouse,
            Question = new(ConflictKind.GoneFromWarehouse, Make.Answer(ResolutionChoice.Crm)),
        };
        Assert.Equal("already detached", RecordPlanner.Plan(new RecordRules(), [], view).Closes);
    }

    internal static IEnumerable<(Presence Warehouse, Presence Crm)> Presences() =>
        from warehouse in Enum.GetValues<Presence>() from crm in Enum.GetValues<Presence>() select (warehouse, crm);

    private static RecordDecision Plan(FieldView owned, FieldView shared) =>
        RecordPlanner.Plan(new RecordRules(), [Owned, Shared], Record(Presence.Present, Presence.Present, owned, shared));

    private static RecordView Record(Presence warehouse, Presence crm, params FieldView[] fields) => Make.Record(warehouse, crm, fields: fields);
}
