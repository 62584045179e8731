using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Recovery;

public class FieldAgeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a", 3, "a@3", "b@1")]
    [InlineData("a", 2, "a@4", "A@3", "a@2", "b@1")]
    [InlineData("a", 1, "a@3", "a@1")]
    public void Value_is_as_old_as_the_first_entry_of_its_latest_stand(string value, int minute, params string[] history) =>
        Assert.Equal(Start.AddMinutes(minute), Of(value, history));

    [Fact]
    public void Edit_after_the_read_counts_although_it_was_not_seen() => Assert.Equal(Start.AddMinutes(5), Of("a", "c@5", "a@3", "b@1"));

    [Fact]
    public void Value_that_was_cleared_is_as_old_as_its_clearing() => Assert.Equal(Start.AddMinutes(2), Of(null, "@2", "b@1"));

    [Theory]
    [InlineData(1, "a@3 by merge", "a@1")]
    [InlineData(null, "a@3 by merge")]
    [InlineData(null, "a@3 by merge", "b@1")]
    public void Merge_that_brought_the_value_along_makes_it_no_younger(int? minute, params string[] history) =>
        Assert.Equal(minute is { } known ? Start.AddMinutes(known) : null, Of("a", history));

    [Fact]
    public void History_without_entries_tells_nothing() => Assert.Null(Of("a"));

    private static DateTimeOffset? Of(string? value, params string[] history) =>
        FieldAge.Of(new FieldType(FieldKind.Email), [.. history.Select(Entry)], FieldValue.Of(value));

    // a@3 by merge
    private static (FieldValue Value, DateTimeOffset At, bool ByMerge) Entry(string text)
    {
        var parts = text.Split('@', ' ');
        return (FieldValue.Of(parts[0].Length == 0 ? null : parts[0]), Start.AddMinutes(int.Parse(parts[^1] == "merge" ? parts[^3] : parts[^1])), parts[^1] == "merge");
    }
}
