using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Core.Tests.Planning;

public sealed class GuardTests
{
    [Fact]
    public void Quiet_cycle_passes() => Assert.Null(Halt(new Turnover(100, 3, 1, 1)));

    [Fact]
    public void First_load_is_not_a_change_and_passes() =>
        Assert.Null(Halt(new Turnover(0, 1000, 1000, 0), maxChanges: new Cap(20, IsPercent: true)));

    [Fact]
    public void Side_emptied_halts_whatever_the_rules_delete() =>
        Assert.StartsWith("side emptied", Halt(new Turnover(100, 0, 0, 100), destroys: false), StringComparison.Ordinal);

    [Fact]
    public void Side_emptied_halts_though_a_few_rows_are_new() =>
        Assert.StartsWith("side emptied", Halt(new Turnover(100, 3, 3, 100), destroys: false), StringComparison.Ordinal);

    [Fact]
    public void Side_with_a_handful_of_records_may_empty() => Assert.Null(Halt(new Turnover(4, 0, 0, 4), destroys: false));

    [Theory]
    [InlineData(100, 100, 100)]
    [InlineData(100, 100, 101)]
    [InlineData(100, 60, 60)]
    [InlineData(100, 60, 59)]
    [InlineData(100, 60, 80)]
    public void Keys_changed_halts_also_when_a_few_rows_really_came_or_went(long linked, long missing, long fresh) =>
        Assert.StartsWith("keys changed", Halt(new Turnover(linked, fresh, fresh, missing), destroys: false), StringComparison.Ordinal);

    [Fact]
    public void Some_rows_gone_and_some_come_pass() => Assert.Null(Halt(new Turnover(100, 10, 10, 10), destroys: false));

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    public void Max_changes_counts_changed_and_missing(long changed, bool halted) =>
        Assert.Equal(halted, Halt(new Turnover(100, changed - 1, 0, 1), maxChanges: new Cap(20, IsPercent: true)) is not null);

    [Theory]
    [InlineData(50, null)]
    [InlineData(51, "max_deletes: 51 records would be deleted, 50% of 100 allows 50")]
    public void Max_deletes_counts_missing(long missing, string? reason) => Assert.Equal(reason, Halt(new Turnover(100, 0, 0, missing)));

    [Fact]
    public void Max_deletes_does_not_matter_when_nothing_is_destroyed() => Assert.Null(Halt(new Turnover(100, 0, 0, 60), destroys: false));

    [Theory]
    [InlineData("20%", 10, 2)]
    [InlineData("20%", 4, 1)]
    [InlineData("0%", 0, 1)]
    [InlineData("0", 10, 0)]
    [InlineData(" 50 ", 10, 50)]
    public void Cap_allows(string text, long pairs, long records)
    {
        Assert.True(Cap.TryParse(text, out var cap));
        Assert.Equal(records, cap.Allows(pairs));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("1.5")]
    [InlineData("many")]
    public void Cap_of_nonsense_is_refused(string text) => Assert.False(Cap.TryParse(text, out _));

    private static string? Halt(Turnover turnover, bool destroys = true, Cap? maxChanges = null) =>
        Guards.Halt(new Guard { MaxChanges = maxChanges }, turnover, destroys);
}
