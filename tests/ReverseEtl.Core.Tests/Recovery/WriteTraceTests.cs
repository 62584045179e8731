using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Recovery;

/// <summary>Histories are written oldest first: minute, author (u for us), value. The decision saw minute 0.</summary>
public sealed class WriteTraceTests
{
    private static readonly FieldType Type = new(FieldKind.Text);

    [Fact]
    public void Write_after_nothing_else_overwrote_nothing()
    {
        var trace = Trace("-5 ann a", "1 u w");
        Assert.Equal("w", trace.Own?.Value.Text);
        Assert.Empty(trace.Overwritten);
    }

    [Fact]
    public void Edit_between_the_look_and_the_write_was_overwritten()
    {
        var trace = Trace("-5 ann a", "1 ann x", "2 u w");
        var lost = Assert.Single(trace.Overwritten);
        Assert.Equal(("x", "ann", Make.Noon.AddMinutes(1)), (lost.Value.Text, lost.Author, lost.At));
    }

    [Fact]
    public void Clearing_between_the_look_and_the_write_was_overwritten() =>
        Assert.Equal(FieldValue.Null, Assert.Single(Trace("-5 ann a", "1 ann -", "2 u w").Overwritten).Value);

    [Fact]
    public void Edit_that_another_edit_replaced_is_not_ours_to_answer_for() =>
        Assert.Equal(["y"], Lost(Trace("1 ann x", "2 bob y", "3 u w")));

    [Fact]
    public void Edit_to_the_value_that_was_written_is_no_loss() => Assert.Empty(Trace("1 ann w ", "2 u w").Overwritten);

    [Fact]
    public void Edit_after_the_write_is_an_ordinary_one()
    {
        var trace = Trace("1 u w", "2 ann x");
        Assert.Equal("w", trace.Own?.Value.Text);
        Assert.Empty(trace.Overwritten);
    }

    [Fact]
    public void Edit_that_the_decision_saw_is_no_loss() => Assert.Empty(Trace("0 ann x", "1 u w").Overwritten);

    [Fact]
    public void Write_that_landed_twice_overwrote_each_edit_that_stood() =>
        Assert.Equal(["y", "x"], Lost(Trace("1 ann x", "2 u w", "3 bob y", "4 u w")));

    [Fact]
    public void Write_without_an_entry_did_not_land()
    {
        Assert.Null(Trace("-5 u w", "1 ann x").Own);
        Assert.Null(Trace().Own);
    }

    [Fact]
    public void Creation_that_met_a_record_overwrote_what_stood_there_however_old() =>
        Assert.Equal(["x"], Lost(WriteTrace.Of(Type, Entries("-9 ann q", "-8 u v", "-7 bob x", "1 u w"), seen: null)));

    private static WriteTrace Trace(params string[] entries) => WriteTrace.Of(Type, Entries(entries), Make.Noon);

    private static IEnumerable<string?> Lost(WriteTrace trace) => trace.Overwritten.Select(e => e.Value.Text);

    private static List<HistoryEntry> Entries(params string[] entries) =>
    [
        .. entries.Reverse().Select(entry => entry.Split(' ', 3)).Select(part => new HistoryEntry(
            part[2] == "-" ? FieldValue.Null : FieldValue.Of(part[2]), Make.Noon.AddMinutes(int.Parse(part[0])), part[1] == "u", part[1])),
    ];
}
