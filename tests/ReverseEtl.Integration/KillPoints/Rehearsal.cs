namespace ReverseEtl.Integration.KillPoints;

/// <summary>
/// Plays a story, kills the run that follows as often as asked, starts it again until nothing is left to do, and says what is left.
/// </summary>
internal sealed class Rehearsal(Story story)
{
    private const string KillAt = "RETL_KILL_AT";
    private const string KillList = "RETL_KILL_LIST";

    // Recovery, what it makes necessary, and a look that finds nothing more: a story that needs more runs than this does not come to rest.
    private const int MostRuns = 6;

    /// <summary>The points that a run passes which nobody kills, and what is right in the end.</summary>
    public async Task<(IReadOnlyList<string> Points, Outcome Right)> UnkilledAsync()
    {
        await using var stage = await PlayedAsync();
        var list = Path.Combine(stage.Folder, "points");
        var ended = await stage.Start((KillList, list)).EndAsync();
        Assert.True(ended.IsGood, ended.Error);
        return (await File.ReadAllLinesAsync(list), await EndAsync(stage));
    }

    /// <summary>What is left when the run is killed at the first point, started again and killed at the second, and so on.</summary>
    public async Task<Outcome> KilledAsync(params IReadOnlyList<int> points)
    {
        await using var stage = await PlayedAsync();
        foreach (var point in points)
        {
            var ended = await stage.Start((KillAt, point.ToString())).EndAsync();

            // A run that had nothing left to do may end before it comes to a later point.
            var died = ended.Exit == Ended.Aborted && ended.Error.Contains($"Killed at point {point}:", StringComparison.Ordinal);
            Assert.True(ended.IsGood || died, $"{ended.Exit}: {ended.Error}");
        }

        return await EndAsync(stage);
    }

    /// <summary>The stage with the story played and nothing yet done about it.</summary>
    public async Task<Stage> PlayedAsync()
    {
        var stage = await Stage.SetAsync(story);
        await story.PlayAsync(stage);
        await stage.ForgetEffectsAsync();
        return stage;
    }

    /// <summary>Restarts until nothing is left to do, tells the rest of the story, and sees what is left.</summary>
    public async Task<Outcome> EndAsync(Stage stage)
    {
        await HealAsync(stage);
        await RestAsync(stage);
        if (story.Lands)
        {
            await stage.BuildModelsAsync();
            await RestAsync(stage);
        }

        return await Outcome.SeeAsync(stage, story.Lands);
    }

    // The first start comes at once, while what was sent may still be under way; it must leave alone what it cannot know yet.
    private static async Task HealAsync(Stage stage)
    {
        for (var run = 0; run < MostRuns; run++)
        {
            await stage.SyncAsync();
            if (await stage.OpenIntentsAsync() == 0)
            {
                return;
            }

            await stage.AgeJournalAsync();
        }

        Assert.Fail($"Intents are open after {MostRuns} runs.");
    }

    // At rest: a run writes nothing on either side and changes nothing in what is known of the pairs.
    private static async Task RestAsync(Stage stage)
    {
        var before = await MemoryAsync(stage);
        for (var run = 0; run < MostRuns; run++)
        {
            await stage.SyncAsync();
            var now = await MemoryAsync(stage);
            if (now == before)
            {
                return;
            }

            before = now;
        }

        Assert.Fail($"Not at rest after {MostRuns} runs.");
    }

    private static async Task<string> MemoryAsync(Stage stage) => string.Join('\n', [
        .. stage.Accounts.Effects, .. stage.People.Effects, $"{stage.Salesforce.Writes} {stage.HubSpot.Writes} writes",
        .. await stage.RowsAsync("select line from proof.effect order by id"),
        .. await stage.StateAsync("select i::text from retl.intent i order by id"),
        .. await stage.StateAsync("select p::text from retl.pair p order by mapping_id, key"),
        .. await stage.StateAsync("select concat_ws(' ', id, outcome) from retl.conflict order by id"),
    ]);
}
