using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>A person was asked about a record that one side has lost.</summary>
public sealed class RecordQuestionTests
{
    [Fact]
    public void Question_open_freezes_the_record()
    {
        Assert.Equal(RecordStep.Frozen, Warehouse(GoneFromWarehouse.Review, false, new(ConflictKind.GoneFromWarehouse, null)).Step);
        Assert.Equal(RecordStep.Frozen, Warehouse(GoneFromWarehouse.Delete, true, new(ConflictKind.DeleteVsEdit, null)).Step);
        Assert.Equal(RecordStep.Frozen, Crm(GoneFromCrm.Review, false, new(ConflictKind.GoneFromCrm, null)).Step);
    }

    [Theory]
    [InlineData(ResolutionChoice.Warehouse, RecordStep.ArchiveCrm)]
    [InlineData(ResolutionChoice.Crm, RecordStep.Detach)]
    [InlineData(ResolutionChoice.Ignore, RecordStep.Detach)]
    [InlineData(ResolutionChoice.Value, RecordStep.Detach)]
    public void Gone_from_the_warehouse_answered(ResolutionChoice choice, RecordStep step)
    {
        var decision = Warehouse(GoneFromWarehouse.Review, false, new(ConflictKind.GoneFromWarehouse, Make.Answer(choice)));
        Assert.Equal(step, decision.Step);
        Assert.Equal($"resolved: {choice.ToString().ToLowerInvariant()}", decision.Closes);
        Assert.Equal(Side.Warehouse, decision.Side);
    }

    [Theory]
    [InlineData(ResolutionChoice.Warehouse, RecordStep.Recreate)]
    [InlineData(ResolutionChoice.Crm, RecordStep.DeleteWarehouse)]
    [InlineData(ResolutionChoice.Ignore, RecordStep.Detach)]
    [InlineData(ResolutionChoice.Value, RecordStep.Detach)]
    public void Gone_from_the_crm_answered(ResolutionChoice choice, RecordStep step)
    {
        var decision = Crm(GoneFromCrm.Review, false, new(ConflictKind.GoneFromCrm, Make.Answer(choice)));
        Assert.Equal(step, decision.Step);
        Assert.Equal($"resolved: {choice.ToString().ToLowerInvariant()}", decision.Closes);
    }

    [Fact]
    public void Delete_vs_edit_answered_is_carried_out()
    {
        var archive = new OpenRecordQuestion(ConflictKind.DeleteVsEdit, Make.Answer(ResolutionChoice.Warehouse));
        Assert.Equal(RecordStep.ArchiveCrm, Warehouse(GoneFromWarehouse.Delete, true, archive).Step);
        var delete = new OpenRecordQuestion(ConflictKind.DeleteVsEdit, Make.Answer(ResolutionChoice.Crm));
        Assert.Equal(RecordStep.DeleteWarehouse, Crm(GoneFromCrm.Delete, true, delete).Step);
    }

    // The person agreed to delete a record that nobody had touched.
    [Fact]
    public void Deletion_answered_before_the_edit_is_asked_anew_about_the_edit()
    {
        var warehouse = Warehouse(GoneFromWarehouse.Review, true, new(ConflictKind.GoneFromWarehouse, Make.Answer(ResolutionChoice.Warehouse)));
        Assert.Equal((RecordStep.Ask, ConflictKind.DeleteVsEdit), (warehouse.Step, warehouse.Question));
        var crm = Crm(GoneFromCrm.Review, true, new(ConflictKind.GoneFromCrm, Make.Answer(ResolutionChoice.Crm)));
        Assert.Equal((RecordStep.Ask, ConflictKind.DeleteVsEdit), (crm.Step, crm.Question));
    }

    [Fact]
    public void Answer_that_destroys_nothing_is_carried_out_in_spite_of_an_edit()
    {
        var keep = new OpenRecordQuestion(ConflictKind.GoneFromWarehouse, Make.Answer(ResolutionChoice.Crm));
        Assert.Equal(RecordStep.Detach, Warehouse(GoneFromWarehouse.Review, true, keep).Step);
        var back = new OpenRecordQuestion(ConflictKind.GoneFromCrm, Make.Answer(ResolutionChoice.Warehouse));
        Assert.Equal(RecordStep.Recreate, Crm(GoneFromCrm.Review, true, back).Step);
    }

    [Theory]
    [InlineData(ResolutionChoice.Warehouse)]
    [InlineData(ResolutionChoice.Crm)]
    [InlineData(ResolutionChoice.Ignore)]
    public void Answer_about_an_older_sight_is_void_and_the_question_asked_anew(ResolutionChoice choice)
    {
        var warehouse = Warehouse(GoneFromWarehouse.Delete, true, new(ConflictKind.DeleteVsEdit, Make.Answer(choice)) { HasMoved = true });
        Assert.Equal((RecordStep.Ask, ConflictKind.DeleteVsEdit, "asked anew"), (warehouse.Step, warehouse.Question, warehouse.Closes));
        var crm = Crm(GoneFromCrm.Review, false, new(ConflictKind.GoneFromCrm, Make.Answer(choice)) { HasMoved = true });
        Assert.Equal((RecordStep.Ask, ConflictKind.GoneFromCrm, "asked anew"), (crm.Step, crm.Question, crm.Closes));
    }

    [Fact]
    public void Question_open_about_an_older_sight_is_asked_anew()
    {
        var decision = Warehouse(GoneFromWarehouse.Review, false, new(ConflictKind.GoneFromWarehouse, null) { HasMoved = true });
        Assert.Equal((RecordStep.Ask, "asked anew"), (decision.Step, decision.Closes));
    }

    // "Delete it here too" was said about the other side.
    [Fact]
    public void Answer_about_the_other_side_is_not_carried_out()
    {
        var warehouse = Warehouse(GoneFromWarehouse.Review, false, new(ConflictKind.GoneFromCrm, Make.Answer(ResolutionChoice.Warehouse)));
        Assert.Equal((RecordStep.Ask, ConflictKind.GoneFromWarehouse), (warehouse.Step, warehouse.Question));
        var crm = Crm(GoneFromCrm.Review, false, new(ConflictKind.NewInCrm, Make.Answer(ResolutionChoice.Crm)));
        Assert.Equal((RecordStep.Ask, ConflictKind.GoneFromCrm), (crm.Step, crm.Question));
    }

    [Fact]
    public void Question_of_another_kind_replaces_the_one_that_is_open()
    {
        var decision = Warehouse(GoneFromWarehouse.Review, true, new(ConflictKind.GoneFromWarehouse, null));
        Assert.Equal((RecordStep.Ask, ConflictKind.DeleteVsEdit), (decision.Step, decision.Question));
        Assert.Equal("asked anew", decision.Closes);
    }

    [Fact]
    public void Rule_changed_while_the_question_is_open_closes_it()
    {
        Assert.Equal("gone_from_warehouse: keep", Warehouse(GoneFromWarehouse.Keep, true, new(ConflictKind.GoneFromWarehouse, null)).Closes);
        Assert.Equal("gone_from_warehouse: archive", Warehouse(GoneFromWarehouse.Archive, false, new(ConflictKind.GoneFromWarehouse, null)).Closes);
        Assert.Equal("gone_from_crm: recreate", Crm(GoneFromCrm.Recreate, false, new(ConflictKind.GoneFromCrm, null)).Closes);
    }

    private static RecordDecision Warehouse(GoneFromWarehouse rule, bool edited, OpenRecordQuestion question) =>
        RecordGoneTests.Warehouse(rule, edited, aged: true, question);

    private static RecordDecision Crm(GoneFromCrm rule, bool edited, OpenRecordQuestion question) =>
        RecordGoneTests.Crm(rule, edited, aged: true, question);
}
