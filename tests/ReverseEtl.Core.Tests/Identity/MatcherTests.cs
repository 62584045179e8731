using CsCheck;
using ReverseEtl.Core.Identity;

namespace ReverseEtl.Core.Tests.Identity;

public sealed class MatcherTests
{
    [Fact]
    public void Pair_one_hit_links() => Assert.Equal(new Match("X", [], 0), One([["X"]]), Same);

    [Fact]
    public void Pair_no_hit_is_no_match() => Assert.Equal(Match.None, One([[], []]), Same);

    [Fact]
    public void Pair_no_rule_is_no_match() => Assert.Equal(Match.None, One([]), Same);

    [Fact]
    public void Pair_first_rule_with_exactly_one_hit_wins() => Assert.Equal(new Match("Z", [], 2), One([[], ["X", "Y"], ["Z"], ["Q"]]), Same);

    [Fact]
    public void Pair_only_several_hits_is_ambiguous_and_names_all() =>
        Assert.Equal(new Match(null, ["X", "Y", "Z"], 0), One([["Y", "X"], ["Z", "X"]]), Same);

    [Fact]
    public void Pair_two_rows_on_one_record_are_both_ambiguous()
    {
        var matches = Matcher.Pair([[["X"]], [[], ["X"]], [["Y"]]]);
        Assert.Equal(new Match(null, ["X"], 0), matches[0], Same);
        Assert.Equal(new Match(null, ["X"], 1), matches[1], Same);
        Assert.Equal(new Match("Y", [], 0), matches[2], Same);
    }

    [Fact]
    public void Pair_any_hits_is_one_to_one_and_independent_of_order() =>
        Gen.Select(Hits.Array[0, 3].Array[0, 6], Gen.Int[0, 1000]).Sample(
            (rows, seed) =>
            {
                var order = Enumerable.Range(0, rows.Length).ToArray();
                new Random(seed).Shuffle(order);
                var straight = Matcher.Pair(rows);
                var shuffled = Matcher.Pair([.. order.Select(i => rows[i])]);
                var linked = straight.Where(match => match.CrmId is not null).ToList();
                return order.Select((row, at) => Same.Equals(straight[row], shuffled[at])).All(same => same)
                    && linked.Select(match => match.CrmId).Distinct().Count() == linked.Count;
            },
            iter: 5_000);

    private static Gen<IReadOnlyCollection<string>> Hits { get; } =
        Gen.OneOf("X", "Y", "Z").HashSet[0, 3].Select(set => (IReadOnlyCollection<string>)[.. set]);

    private static Match One(string[][] hits) => Assert.Single(Matcher.Pair([[.. hits]]));

    private static readonly EqualityComparer<Match> Same = EqualityComparer<Match>.Create(
        (a, b) => a!.CrmId == b!.CrmId && a.Rule == b.Rule && a.Candidates.SequenceEqual(b.Candidates));
}
