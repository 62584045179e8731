using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

public abstract partial class StateContract
{
    private static readonly LineKinds Texts = new(FieldKind.Text, FieldKind.Text);

    [Fact]
    public async Task Line_is_remembered_as_it_ran_last_and_one_that_never_ran_is_not()
    {
        Assert.Empty(await Store.LinesAsync(Mapping, None));
        await RunLinesAsync(new LiveLine(Print("one"), Texts), null);
        Assert.Equal([new LineMemory("name", "Name", Print("one"), Texts)], await Store.LinesAsync(Mapping, None));

        var changed = new LineKinds(FieldKind.Integer, FieldKind.Picklist);
        await RunLinesAsync(null, new LiveLine(Print("two"), changed));

        Assert.Equal(
            [new LineMemory("name", "Name", Print("one"), Texts), new LineMemory("phone", "Phone", Print("two"), changed)],
            await Store.LinesAsync(Mapping, None));
    }

    [Fact]
    public async Task Dry_run_remembers_nothing()
    {
        await using (await Store.OpenAsync(Opening(dryRun: true) with { Lines = [new LiveLine(Print("one"), Texts), null] }, None))
        {
        }

        Assert.Empty(await Store.LinesAsync(Mapping, None));
    }

    [Fact]
    public async Task Question_about_a_line_comes_with_what_a_person_agreed_to_and_marks_no_record()
    {
        await RunLinesAsync(new LiveLine(Print("one"), Texts), null);
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Conflicts = [AskedOfLine("Name", "text", "picklist")] }, None);
        var asked = Assert.Single(await Store.LinesAsync(Mapping, None));
        Assert.Null(asked.Agreed);
        Assert.Equal(asked.Question, Assert.Single(await Reports.ConflictsAsync(Mapping, None)).Conflict.Id);

        Assert.Null(await Reports.ResolveAsync(asked.Question, new Resolution(ResolutionChoice.Ignore, null, "ann"), Noon, None));

        Assert.Equal(new LineKinds(FieldKind.Text, FieldKind.Picklist), Assert.Single(await Store.LinesAsync(Mapping, None)).Agreed);
        Assert.Empty(await state.DirtyAsync(Noon, 10, None));

        // What is asked about other kinds is another question.
        await state.SettleAsync(At() with { Conflicts = [AskedOfLine("Name", "text", "date")] }, None);
        Assert.Null(Assert.Single(await Store.LinesAsync(Mapping, None)).Agreed);
    }

    [Fact]
    public async Task Nothing_can_be_agreed_about_a_field_that_is_gone()
    {
        await RunLinesAsync(new LiveLine(Print("one"), Texts), null);
        await using var state = await OpenAsync();
        await state.SettleAsync(At() with { Conflicts = [AskedOfLine("Name", "text", null)] }, None);
        var asked = Assert.Single(await Store.LinesAsync(Mapping, None));

        await Reports.ResolveAsync(asked.Question, new Resolution(ResolutionChoice.Ignore, null, "ann"), Noon, None);

        Assert.Null(Assert.Single(await Store.LinesAsync(Mapping, None)).Agreed);
    }

    private async Task RunLinesAsync(params LiveLine?[] lines)
    {
        await using var state = await Store.OpenAsync(Opening() with { Lines = lines }, None);
        Assert.NotNull(state);
    }

    private static Conflict AskedOfLine(string field, string warehouse, string? crm) => new(
        ConflictKind.SchemaDrift, null, null, field, FieldValue.Of("text"), FieldValue.Of("text"), FieldValue.Of(warehouse), crm is null ? FieldValue.Absent : FieldValue.Of(crm));
}
