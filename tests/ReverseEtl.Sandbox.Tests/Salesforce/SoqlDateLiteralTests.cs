namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>The org's clock says Monday, 2026-03-02.</summary>
public class SoqlDateLiteralTests
{
    private readonly SalesforceClient _org = new();

    [Theory]
    [InlineData("TODAY", "2026-03-02", "2026-03-02")]
    [InlineData("yesterday", "2026-03-01", "2026-03-01")]
    [InlineData("TOMORROW", "2026-03-03", "2026-03-03")]
    [InlineData("THIS_WEEK", "2026-03-01", "2026-03-07")]
    [InlineData("LAST_WEEK", "2026-02-22", "2026-02-28")]
    [InlineData("NEXT_WEEK", "2026-03-08", "2026-03-14")]
    [InlineData("THIS_MONTH", "2026-03-01", "2026-03-31")]
    [InlineData("LAST_MONTH", "2026-02-01", "2026-02-28")]
    [InlineData("NEXT_MONTH", "2026-04-01", "2026-04-30")]
    [InlineData("THIS_QUARTER", "2026-01-01", "2026-03-31")]
    [InlineData("LAST_FISCAL_QUARTER", "2025-10-01", "2025-12-31")]
    [InlineData("NEXT_QUARTER", "2026-04-01", "2026-06-30")]
    [InlineData("THIS_YEAR", "2026-01-01", "2026-12-31")]
    [InlineData("LAST_YEAR", "2025-01-01", "2025-12-31")]
    [InlineData("NEXT_FISCAL_YEAR", "2027-01-01", "2027-12-31")]
    [InlineData("LAST_90_DAYS", "2025-12-02", "2026-03-02")]
    [InlineData("NEXT_90_DAYS", "2026-03-03", "2026-05-31")]
    [InlineData("LAST_N_DAYS:2", "2026-02-28", "2026-03-02")]
    [InlineData("LAST_N_DAYS:0", "2026-03-02", "2026-03-02")]
    [InlineData("NEXT_N_DAYS:2", "2026-03-03", "2026-03-04")]
    [InlineData("N_DAYS_AGO:2", "2026-02-28", "2026-02-28")]
    [InlineData("LAST_N_WEEKS:2", "2026-02-15", "2026-02-28")]
    [InlineData("N_WEEKS_AGO:1", "2026-02-22", "2026-02-28")]
    [InlineData("LAST_N_MONTHS:2", "2026-01-01", "2026-02-28")]
    [InlineData("NEXT_N_QUARTERS:1", "2026-04-01", "2026-06-30")]
    [InlineData("LAST_N_FISCAL_YEARS:2", "2024-01-01", "2025-12-31")]
    [InlineData("N_YEARS_AGO:1", "2025-01-01", "2025-12-31")]
    public void Literal_stands_for_its_first_to_its_last_day(string literal, string first, string last)
    {
        var (from, to) = (DateOnly.Parse(first), DateOnly.Parse(last));
        foreach (var day in new HashSet<DateOnly> { from.AddDays(-1), from, to, to.AddDays(1) })
        {
            _org.Create("Contact", $$"""{"LastName":"{{day:yyyy-MM-dd}}","Birthdate":"{{day:yyyy-MM-dd}}"}""");
        }

        var within = _org.Query($"SELECT LastName FROM Contact WHERE Birthdate = {literal} ORDER BY LastName").Column("LastName");
        Assert.Equal((first, last), (within[0], within[^1]));
    }

    [Theory]
    [InlineData("=", "b")]
    [InlineData("!=", "a,c,d")]
    [InlineData("<", "a")]
    [InlineData("<=", "a,b")]
    [InlineData(">", "c")]
    [InlineData(">=", "b,c")]
    public void Operators_compare_with_the_whole_span_and_empty_values_differ_from_it(string symbol, string names)
    {
        foreach (var (name, day) in new[] { ("a", "\"2026-03-01\""), ("b", "\"2026-03-02\""), ("c", "\"2026-03-03\""), ("d", "null") })
        {
            _org.Create("Contact", $$"""{"LastName":"{{name}}","Birthdate":{{day}}}""");
        }

        Assert.Equal(names, string.Join(',', _org.Query($"SELECT LastName FROM Contact WHERE Birthdate {symbol} TODAY ORDER BY LastName").Column("LastName")));
    }

    [Fact]
    public void Times_are_compared_by_their_day_in_utc()
    {
        _org.Create("Account", """{"Name":"A"}""");
        Assert.Single(_org.Query("SELECT Id FROM Account WHERE CreatedDate = TODAY AND SystemModstamp >= LAST_N_DAYS:1").Records);
        _org.Time.Advance(TimeSpan.FromHours(14));
        _org.Login();
        Assert.Single(_org.Query("SELECT Id FROM Account WHERE CreatedDate = YESTERDAY AND CreatedDate < TODAY").Records);
    }

    [Theory]
    [InlineData("CreatedDate = LAST_N_DAYS", "MALFORMED_QUERY")]
    [InlineData("CreatedDate = LAST_N_DAYS:", "MALFORMED_QUERY")]
    [InlineData("CreatedDate = LAST_N_DAYS:x", "MALFORMED_QUERY")]
    [InlineData("CreatedDate = LAST_N_DAYS:99999999999", "MALFORMED_QUERY")]
    [InlineData("CreatedDate = NEXT_N_YEARS:9000", "MALFORMED_QUERY")]
    [InlineData("CreatedDate = SOMEDAY", "MALFORMED_QUERY")]
    [InlineData("Name = TODAY", "INVALID_FIELD")]
    [InlineData("CreatedDate IN (TODAY)", "INVALID_QUERY_FILTER_OPERATOR")]
    [InlineData("CreatedDate = true", "INVALID_FIELD")]
    public void What_is_no_date_of_the_field_is_refused(string condition, string code)
    {
        var answer = _org.Query($"SELECT Id FROM Account WHERE {condition}");
        Assert.Equal((400, code), (answer.Status, answer.ErrorCode));
    }
}
