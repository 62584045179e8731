namespace ReverseEtl.Integration.KillPoints;

/// <summary>
/// Which points a run is killed at: a fixed sample; all of them with <c>RETL_KILL_POINTS=all</c>; one, to repeat it, with its number there.
/// </summary>
internal static class KillPlan
{
    private const string Variable = "RETL_KILL_POINTS";
    private const string All = "all";
    private const int SampledWrites = 6;
    private const int SampledOthers = 2;
    private const int SampledPairs = 5;
    private const int PairStride = 13;

    // Where something durable happens: the journal, a write to a side, a settlement.
    private static readonly string[] Writing =
        ["PrepareAsync", "SettleAsync", "WriteAsync", "PATCH ", "DELETE ", "/composite", "/batch/upsert", "/batch/update", "/batch/archive"];

    private static string? Asked => Environment.GetEnvironmentVariable(Variable);

    /// <summary>Numbers from 1. The sample has most of its points where something durable happens, evenly spread over the run.</summary>
    public static IReadOnlyList<int> Points(IReadOnlyList<string> points)
    {
        var numbers = Enumerable.Range(1, points.Count).ToList();
        return int.TryParse(Asked, out var one) ? [one]
            : Asked == All ? numbers
            : [.. Spread(Writes(points), SampledWrites).Concat(Spread(numbers, SampledOthers)).Distinct().Order()];
    }

    /// <summary>The second number counts from the restart.</summary>
    public static IReadOnlyList<(int First, int Second)> Pairs(IReadOnlyList<string> points)
    {
        var writes = Writes(points);
        var pairs = writes.SelectMany((_, i) => writes.Where((_, j) => (j - i) % PairStride == 0), (first, second) => (first, second)).ToList();
        return Asked == All ? pairs : [.. Spread(pairs, SampledPairs)];
    }

    private static List<int> Writes(IReadOnlyList<string> points) =>
        [.. points.Index().Where(p => Array.Exists(Writing, w => p.Item.Contains(w, StringComparison.Ordinal))).Select(p => p.Index + 1)];

    // The middle of each of so many equal parts.
    private static IEnumerable<T> Spread<T>(List<T> from, int count) =>
        from.Count <= count ? from : Enumerable.Range(0, count).Select(i => from[((2 * i) + 1) * from.Count / (2 * count)]);
}
