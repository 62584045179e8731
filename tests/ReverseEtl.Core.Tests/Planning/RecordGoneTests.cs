using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>One side has lost the record. The other is unchanged or was edited.</summary>
public sealed class RecordGoneTests
{
    private static readonly FieldRule Rule = Make.Shared();

    [Theory]
    [InlineData(GoneFromWarehouse.Keep, false, true, RecordStep.Detach)]
    [InlineData(GoneFromWarehouse.Keep, false, false, RecordStep.Detach)]
    [InlineData(GoneFromWarehouse.Keep, true, true, RecordStep.Detach)]
    [InlineData(GoneFromWarehouse.Archive, false, true, RecordStep.ArchiveCrm)]
    [InlineData(GoneFromWarehouse.Archive, false, false, RecordStep.Age)]
    [InlineData(GoneFromWarehouse.Archive, true, true, RecordStep.Ask)]
    [InlineData(GoneFromWarehouse.Delete, false, true, RecordStep.DeleteCrm)]
    [InlineData(GoneFromWarehouse.Delete, false, false, RecordStep.Age)]
    [InlineData(GoneFromWarehouse.Delete, true, true, RecordStep.Ask)]
    [InlineData(GoneFromWarehouse.Delete, true, false, RecordStep.Ask)]
    [InlineData(GoneFromWarehouse.Review, false, false, RecordStep.Ask)]
    [InlineData(GoneFromWarehouse.Review, true, true, RecordStep.Ask)]
    public void Gone_from_the_warehouse_by_rule_and_edit(GoneFromWarehouse rule, bool edited, bool aged, RecordStep step)
    {
        var decision = Warehouse(rule, edited, aged);
        Assert.Equal(step, decision.Step);
        if (step is RecordStep.Ask)
        {
            Assert.Equal(edited ? ConflictKind.DeleteVsEdit : ConflictKind.GoneFromWarehouse, decision.Question);
        }
    }

    [Theory]
    [InlineData(GoneFromCrm.Keep, false, true, RecordStep.Detach)]
    [InlineData(GoneFromCrm.Keep, true, false, RecordStep.Detach)]
    [InlineData(GoneFromCrm.Recreate, false, true, RecordStep.Recreate)]
    [InlineData(GoneFromCrm.Recreate, false, false, RecordStep.Age)]
    [InlineData(GoneFromCrm.Recreate, true, true, RecordStep.Recreate)]
    [InlineData(GoneFromCrm.Delete, false, true, RecordStep.DeleteWarehouse)]
    [InlineData(GoneFromCrm.Delete, false, false, RecordStep.Age)]
    [InlineData(GoneFromCrm.Delete, true, true, RecordStep.Ask)]
    [InlineData(GoneFromCrm.Delete, true, false, RecordStep.Ask)]
    [InlineData(GoneFromCrm.Review, false, true, RecordStep.Ask)]
    [InlineData(GoneFromCrm.Review, true, true, RecordStep.Ask)]
    public void Gone_from_the_crm_by_rule_and_edit(GoneFromCrm rule, bool edited, bool aged, RecordStep step)
    {
        var decision = Crm(rule, edited, aged);
        Assert.Equal(step, decision.Step);
        if (step is RecordStep.Ask)
        {
            Assert.Equal(edited ? ConflictKind.DeleteVsEdit : ConflictKind.GoneFromCrm, decision.Question);
        }
    }

    [Fact]
    public void Gone_from_one_side_reads_the_other_before_judging()
    {
        var warehouse = RecordPlanner.Plan(new RecordRules(), [Rule], View(Presence.Missing, Presence.Unread, false, true));
        Assert.Equal((RecordStep.Read, Side.Crm), (warehouse.Step, warehouse.Side));
        var crm = RecordPlanner.Plan(new RecordRules(), [Rule], View(Presence.Unread, Presence.Missing, false, true));
        Assert.Equal((RecordStep.Read, Side.Warehouse), (crm.Step, crm.Side));
    }

    [Fact]
    public void Gone_from_both_sides_is_forgotten()
    {
        var view = View(Presence.Missing, Presence.Missing, false, false);
        Assert.Equal(RecordStep.Forget, RecordPlanner.Plan(new RecordRules(), [Rule], view).Step);
        Assert.Null(RecordPlanner.Plan(new RecordRules(), [Rule], view).Closes);
        var asked = view with { Question = new(ConflictKind.DeleteVsEdit, null) };
        Assert.Equal("gone from both sides", RecordPlanner.Plan(new RecordRules(), [Rule], asked).Closes);
    }

    // A row that just came back has no base; nothing proves that deleting it loses nothing.
    [Fact]
    public void Value_that_was_never_agreed_counts_as_an_edit()
    {
        var view = Make.Record(Presence.Present, Presence.Missing, fields: Make.Seen(Make.Of("a"), FieldValue.Absent));
        var decision = RecordPlanner.Plan(new RecordRules { GoneFromCrm = GoneFromCrm.Delete }, [Rule], view);
        Assert.Equal((RecordStep.Ask, ConflictKind.DeleteVsEdit), (decision.Step, decision.Question));
        var blank = Make.Record(Presence.Present, Presence.Missing, fields: Make.Seen(FieldValue.Null, FieldValue.Absent));
        Assert.Equal(RecordStep.DeleteWarehouse, RecordPlanner.Plan(new RecordRules { GoneFromCrm = GoneFromCrm.Delete }, [Rule], blank).Step);
    }

    [Fact]
    public void Spelling_of_our_own_value_counts_as_no_edit_and_somebody_elses_does()
    {
        foreach (var (byUs, step) in new[] { (true, RecordStep.DeleteCrm), (false, RecordStep.Ask) })
        {
            var field = Make.Seen(FieldValue.Absent, Make.Of("A"), Make.Base(Rule, "a", "a", BaseOrigin.Sent)) with { LastChangedByUs = byUs };
            var view = Make.Record(Presence.Missing, Presence.Present, fields: field);
            Assert.Equal(step, RecordPlanner.Plan(new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete }, [Rule], view).Step);
        }
    }

    [Fact]
    public void Unreadable_field_counts_as_no_edit()
    {
        var field = Make.Seen(FieldValue.Absent, FieldValue.NotObserved, Make.Base(Rule, "a", "a"));
        var view = Make.Record(Presence.Missing, Presence.Present, fields: field);
        Assert.Equal(RecordStep.DeleteCrm, RecordPlanner.Plan(new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Delete }, [Rule], view).Step);
    }

    internal static RecordDecision Warehouse(GoneFromWarehouse rule, bool edited, bool aged, OpenRecordQuestion? question = null) =>
        RecordPlanner.Plan(new RecordRules { GoneFromWarehouse = rule }, [Rule], View(Presence.Missing, Presence.Present, edited, aged, question));

    internal static RecordDecision Crm(GoneFromCrm rule, bool edited, bool aged, OpenRecordQuestion? question = null) =>
        RecordPlanner.Plan(new RecordRules { GoneFromCrm = rule }, [Rule], View(Presence.Present, Presence.Missing, edited, aged, question));

    private static RecordView View(Presence warehouse, Presence crm, bool edited, bool aged, OpenRecordQuestion? question = null)
    {
        var value = Make.Of(edited ? "x" : "a");
        var field = Make.Seen(
            warehouse is Presence.Present ? value : FieldValue.Absent, crm is Presence.Present ? value : FieldValue.Absent, Make.Base(Rule, "a", "a"));
        return Make.Record(warehouse, crm, aged: aged, question: question, fields: field);
    }
}
