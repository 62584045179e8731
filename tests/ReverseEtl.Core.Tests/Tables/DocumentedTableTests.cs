using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Tables;

/// <summary>Holds docs/truth-table.md against the planner: every documented row is true, and every field case is documented.</summary>
public sealed class DocumentedTableTests
{
    [Fact]
    public void Documented_field_rows_are_true_and_complete()
    {
        var documented = Rows("fields");
        var lines = FieldTableText.Lines().Select(line => line.Split(" | ")).ToList();
        foreach (var line in lines)
        {
            var rows = documented.Where(row => Covers(row[0], Terms(line[0])) && Covers(row[1], [line[1]]) && Covers(row[2], Values(line[2]))).ToList();
            Assert.True(rows.Count > 0, $"not documented: {string.Join(" | ", line)}");
            Assert.All(rows, row => Assert.Contains(Outcome(line[3]), row[3].Split(" or ")));
            Assert.All(rows, row => Assert.Equal(Loses(line), row[4] is "yes" && !WritesOverBlank(line)));
        }

        Assert.All(documented, row => Assert.Contains(lines, line =>
            Covers(row[0], Terms(line[0])) && Covers(row[1], [line[1]]) && Covers(row[2], Values(line[2]))));
    }

    [Fact]
    public void Documented_record_rows_are_true_and_complete_but_for_some_answers()
    {
        var documented = Rows("records");
        var lines = RecordTableText.Lines().Select(line => line.Split(" | ")).ToList();
        foreach (var line in lines)
        {
            var rows = documented.Where(row => CoversRecord(row, line)).ToList();
            Assert.True(rows.Count > 0 || line[2] is not "no question", $"not documented: {string.Join(" | ", line)}");
            Assert.All(rows, row => Assert.Contains(line[4], row[3].Split(" or ")));
        }

        Assert.All(documented, row => Assert.Contains(lines, line => CoversRecord(row, line)));
    }

    [Fact]
    public void Documented_rows_about_overwritten_edits_are_true_and_complete()
    {
        var documented = Rows("overwritten");
        var lines = OverwrittenTableText.Lines().Select(line => line.Split(" | ")).ToList();
        foreach (var line in lines)
        {
            var rows = documented.Where(row => Covers(row[0], [line[0]]) && Covers(row[1], [line[1]])).ToList();
            Assert.True(rows.Count > 0, $"not documented: {string.Join(" | ", line)}");
            Assert.All(rows, row => Assert.Equal((line[2], line[3]), (row[2], row[3])));
        }

        Assert.All(documented, row => Assert.Contains(lines, line => Covers(row[0], [line[0]]) && Covers(row[1], [line[1]])));
    }

    [Fact]
    public void Documented_rows_about_skipped_blanks_are_true_and_complete()
    {
        var documented = Rows("blanks");
        var lines = BlankTableText.Cases().Select(BlankTableText.Line).DistinctBy(line => string.Join('|', line)).ToList();
        foreach (var line in lines)
        {
            var rows = documented.Where(row => CoversBlank(row, line)).ToList();
            Assert.True(rows.Count > 0, $"not documented: {string.Join(" | ", line)}");
            Assert.All(rows, row => Assert.Equal(Outcome(line[4]), row[3]));
        }

        Assert.All(documented, row => Assert.Contains(lines, line => CoversBlank(row, line)));
    }

    private static bool CoversBlank(string[] row, string[] line) => Covers(row[0], [line[0], line[1]]) && Covers(row[1], [line[2]]) && Covers(row[2], [line[3]]);

    private static bool CoversRecord(string[] row, string[] line) =>
        Covers(row[0], [line[0], .. Terms(line[1])]) && Covers(row[1], [line[2]]) && Covers(row[2], [line[3]]);

    // A cell is a list of terms; every term must hold, and "or" separates what is as good.
    private static bool Covers(string cell, IReadOnlyCollection<string> terms) =>
        Terms(cell).All(term => term is "any" || term.Split(" or ").Any(terms.Contains));

    private static string[] Terms(string cell) => cell.Split(", ");

    private static string[] Values(string compare) => compare is "equal" ? ["equal"] : [compare, "not equal"];

    private static string Outcome(string step) =>
        step.Replace(", records the loss", "", StringComparison.Ordinal)
            .Replace("write the value to", "write it to", StringComparison.Ordinal).Replace("write blank to", "write it to", StringComparison.Ordinal);

    private static bool Loses(string[] line) => line[3].EndsWith("records the loss", StringComparison.Ordinal);

    private static bool WritesOverBlank(string[] line) =>
        (line[3].Contains("to the CRM", StringComparison.Ordinal) && line[2] is "CRM blank")
        || (line[3].Contains("to the warehouse", StringComparison.Ordinal) && line[2] is "warehouse blank");

    private static List<string[]> Rows(string table)
    {
        var rows = new List<string[]>();
        var inside = false;
        foreach (var line in File.ReadLines(Repository.Path("docs", "truth-table.md")))
        {
            inside = line.StartsWith("<!-- ", StringComparison.Ordinal) ? line == $"<!-- checked: {table} -->" : inside;
            if (inside && line.StartsWith("| ", StringComparison.Ordinal) && !line.Contains("retl will", StringComparison.Ordinal))
            {
                rows.Add([.. line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim())]);
            }
        }

        return rows;
    }
}
