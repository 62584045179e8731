using Xunit.Abstractions;

namespace ReverseEtl.Integration.KillPoints;

/// <summary>
/// A real <c>retl sync</c> over a real PostgreSQL and real HTTP dies at a numbered I/O and is started again until it rests. Whatever the
/// point, what is left and what was done on the way is what an unkilled run leaves and does: nothing lost, nothing doubled.
/// </summary>
public abstract class KillPointTests(ITestOutputHelper output)
{
    /// <summary>Kills every run of the story at a sample of its points, or at all of them where asked for.</summary>
    private protected async Task KillAsync(Story story)
    {
        var rehearsal = new Rehearsal(story);
        var (points, right) = await rehearsal.UnkilledAsync();
        var chosen = KillPlan.Points(points);
        var wrong = new List<string>();
        foreach (var point in chosen)
        {
            await TryAsync(wrong, $"{story}, killed at {point} {points[point - 1]}", right, () => rehearsal.KilledAsync(point));
        }

        output.WriteLine($"proof: {story}, killed at {chosen.Count} of {points.Count} points, {wrong.Count} wrong");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Kills the run at one point and the restart at another.</summary>
    private protected async Task KillTwiceAsync(Story story)
    {
        var rehearsal = new Rehearsal(story);
        var (points, right) = await rehearsal.UnkilledAsync();
        var chosen = KillPlan.Pairs(points);
        var wrong = new List<string>();
        foreach (var (first, second) in chosen)
        {
            var what = $"{story}, killed at {first} {points[first - 1]}, then at {second}";
            await TryAsync(wrong, what, right, () => rehearsal.KilledAsync(first, second));
        }

        output.WriteLine($"proof: {story}, killed twice at {chosen.Count} pairs of points, {wrong.Count} wrong");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task TryAsync(List<string> wrong, string what, Outcome right, Func<Task<Outcome>> run)
    {
        string difference;
        try
        {
            difference = (await run()).Against(right);
        }
        catch (Exception e)
        {
            difference = $"  {e.Message}";
        }

        if (difference.Length > 0)
        {
            wrong.Add($"{what}:\n{difference}");
        }
    }
}

/// <summary>Both models and both CRMs meet for the first time.</summary>
public sealed class FirstLoadKillTests(ITestOutputHelper output) : KillPointTests(output)
{
    [Fact]
    public Task First_load_killed_anywhere_ends_as_if_it_had_not_been() => KillAsync(Story.FirstLoad);

    [Fact]
    public Task Landing_killed_anywhere_ends_as_if_it_had_not_been() => KillAsync(Story.Landing);
}

/// <summary>Records that are linked: edits of every owner, both ways, conflicts, deletions and merges.</summary>
public sealed class LinkedKillTests(ITestOutputHelper output) : KillPointTests(output)
{
    [Fact]
    public Task Edits_killed_anywhere_end_as_if_it_had_not_been() => KillAsync(Story.Edits);

    [Fact]
    public Task Departures_killed_anywhere_end_as_if_it_had_not_been() => KillAsync(Story.Departures);

    [Fact]
    public Task Two_edits_killed_twice_end_as_if_it_had_not_been() => KillTwiceAsync(Story.TwoEdits);
}
