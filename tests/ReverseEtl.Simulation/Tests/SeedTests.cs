using ReverseEtl.Simulation.Coverage;
using ReverseEtl.Simulation.Running;
using Xunit.Abstractions;

namespace ReverseEtl.Simulation.Tests;

/// <summary>The simulation itself: whatever goes wrong, what must hold holds, and it is the same every time.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int Seeds = 500;

    [Fact]
    public void Engine_under_every_seed_keeps_the_invariants_and_meets_the_rare_events()
    {
        var stories = new StringWriter();
        var report = new Report(stories);
        var isGood = report.Many([.. Regressions.Seeds, .. Enumerable.Range(1, Seeds)], isVerbose: false);
        output.WriteLine($"proof: simulation, {stories.ToString().TrimEnd().Split('\n')[^1]}");
        Assert.True(isGood, stories.ToString());
    }

    [Fact]
    public void Run_of_one_seed_is_the_same_in_every_event()
    {
        var (first, second) = (SeedRun.Of(7), SeedRun.Of(7));
        Assert.Equal(first.Story.Select(h => h.ToString()), second.Story.Select(h => h.ToString()));
        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.NotEqual(first.Fingerprint, SeedRun.Of(8).Fingerprint);
    }

    [Fact]
    public void Coverage_a_rare_event_that_never_happened_fails_the_run()
    {
        var counters = new Counters();
        Rare.Events.Skip(1).ToList().ForEach(counters.Hit);
        Assert.Equal([Rare.Events[0]], Rare.Missing(counters));
        Assert.False(new CampaignResult([], counters, Rare.EnoughSeeds, TimeSpan.Zero).IsGood);
    }
}
