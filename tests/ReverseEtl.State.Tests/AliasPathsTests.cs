using CsCheck;

namespace ReverseEtl.State.Tests;

public sealed class AliasPathsTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    private static readonly Gen<(string, string)[]> Merges =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6]).Select((a, b) => ($"r{a}", $"r{b}")).Array[0, 12];

    [Fact]
    public void Winner_is_never_a_loser() => Merges.Sample(merges =>
    {
        var paths = AliasPaths.Add(Nothing, merges);
        Assert.DoesNotContain(paths.Values, paths.ContainsKey);
    });

    [Fact]
    public void Last_loser_points_away_from_itself() => Merges.Sample(merges =>
    {
        if (merges.Length > 0 && merges[^1] is var (loser, winner) && loser != winner)
        {
            var paths = AliasPaths.Add(Nothing, merges);
            Assert.NotEqual(loser, paths[loser]);
        }
    });

    [Fact]
    public void Merges_added_one_by_one_give_what_they_give_together() => Merges.Sample(merges =>
    {
        var one = merges.Aggregate(Nothing, (paths, merge) => AliasPaths.Add(paths, [merge]));
        Assert.Equal(one, AliasPaths.Add(Nothing, merges));
    });

    [Fact]
    public void Chain_is_followed_whichever_link_is_seen_first()
    {
        var expected = new Dictionary<string, string> { ["a"] = "c", ["b"] = "c" };
        Assert.Equal(expected, AliasPaths.Add(Nothing, [("a", "b"), ("b", "c")]));
        Assert.Equal(expected, AliasPaths.Add(Nothing, [("b", "c"), ("a", "b")]));
    }

    [Fact]
    public void Restored_loser_that_wins_later_is_the_winner() =>
        Assert.Equal(new Dictionary<string, string> { ["b"] = "a", ["x"] = "a" }, AliasPaths.Add(Nothing, [("x", "b"), ("a", "b"), ("b", "a")]));
}
