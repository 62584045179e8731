using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Tables;

public sealed class ApprovedTableTests
{
    [Fact]
    public void Field_table_is_the_one_that_was_approved() => Approved.Matches("field-planner.txt", FieldTableText.Lines());

    [Fact]
    public void Table_of_open_questions_is_the_one_that_was_approved() => Approved.Matches("open-questions.txt", QuestionTableText.Lines());

    [Fact]
    public void Table_of_what_is_not_known_is_the_one_that_was_approved() => Approved.Matches("partial-sights.txt", SightTableText.Lines());

    [Fact]
    public void Table_of_skipped_blanks_is_the_one_that_was_approved() => Approved.Matches("skipped-blanks.txt", BlankTableText.Lines());

    [Fact]
    public void Record_table_is_the_one_that_was_approved() => Approved.Matches("record-planner.txt", RecordTableText.Lines());

    [Fact]
    public void Table_of_overwritten_edits_is_the_one_that_was_approved() => Approved.Matches("overwritten-edits.txt", OverwrittenTableText.Lines());
}
