using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Daemon.Hosting;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Daemon.Tests.Hosting;

public class MappingWorkerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeRunner _runner = new();

    [Fact]
    public async Task First_cycle_is_due_at_once_and_looks_at_both_sides()
    {
        await Worker().StepAsync(CancellationToken.None);

        var request = Assert.Single(_runner.Requests);
        Assert.True(request is { Push: true, Pull: true, DryRun: false, Approved: false });
    }

    [Fact]
    public async Task Each_loop_follows_its_own_schedule_and_what_is_due_together_is_one_cycle()
    {
        var worker = Worker();

        for (var minute = 0; minute <= 10; minute++)
        {
            await worker.StepAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(
            ["push and pull", "pull", "pull", "pull", "pull", "push and pull", "pull", "pull", "pull", "pull", "push and pull"],
            _runner.Cycles.Select(cycle => cycle.Reason));
    }

    [Fact]
    public async Task Step_says_when_the_next_one_makes_sense_and_does_nothing_before()
    {
        var worker = Worker();
        var next = await worker.StepAsync(CancellationToken.None);

        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(1), next);
        Assert.Equal(next, await worker.StepAsync(CancellationToken.None));
        Assert.Single(_runner.Cycles);
    }

    [Fact]
    public async Task What_came_due_several_times_during_a_long_cycle_is_one_cycle_afterwards()
    {
        var worker = Worker();
        _runner.Answer = (mapping, _) =>
        {
            _time.Advance(TimeSpan.FromMinutes(7));
            return Task.FromResult(FakeRunner.Report(mapping.Name));
        };
        await worker.StepAsync(CancellationToken.None);

        _runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name));
        await worker.StepAsync(CancellationToken.None);
        await worker.StepAsync(CancellationToken.None);

        Assert.Equal(["push and pull", "push and pull"], _runner.Cycles.Select(cycle => cycle.Reason));
    }

    [Fact]
    public async Task Failures_wait_longer_each_time_and_are_told_until_one_succeeds()
    {
        var worker = Worker();
        _runner.Answer = (_, _) => throw new PortException(PortTrouble.Unavailable, "the CRM is down");

        Assert.Equal(5, await SecondsToNextAsync(worker));
        Assert.Equal("the CRM is down", worker.Trouble);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(10, await SecondsToNextAsync(worker));
        _time.Advance(TimeSpan.FromSeconds(10));
        _runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name));
        await worker.StepAsync(CancellationToken.None);

        Assert.Null(worker.Trouble);
        Assert.All(_runner.Cycles, cycle => Assert.Equal("push and pull", cycle.Reason));
    }

    [Fact]
    public async Task Other_side_may_ask_for_a_longer_wait()
    {
        _runner.Answer = (_, _) => throw new PortException(PortTrouble.Limited, "used up") { RetryAfter = TimeSpan.FromHours(2) };

        Assert.Equal(7200, await SecondsToNextAsync(Worker()));
    }

    [Fact]
    public async Task Bug_in_a_cycle_is_a_failure_not_a_crash()
    {
        var worker = Worker();
        _runner.Answer = (_, _) => throw new InvalidOperationException("secret detail");

        await worker.StepAsync(CancellationToken.None);

        Assert.Equal("unexpected InvalidOperationException", worker.Trouble);
    }

    [Fact]
    public async Task Mapping_in_other_hands_is_tried_again_soon_and_is_no_trouble_at_first()
    {
        _runner.Answer = (mapping, _) => Task.FromResult(new CycleReport(mapping.Name, 0, new RunResult { Outcome = "busy" }) { Busy = true });
        var worker = Worker();

        Assert.Equal(1, await SecondsToNextAsync(worker));
        Assert.Null(worker.Trouble);

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(5, await SecondsToNextAsync(worker));
        Assert.Equal("another process works on this mapping", worker.Trouble);
    }

    [Fact]
    public async Task Stop_lets_the_cycle_in_flight_end_and_begins_no_other()
    {
        var cycle = new TaskCompletionSource<CycleReport>();
        _runner.Answer = (_, _) => cycle.Task;
        using var stop = new CancellationTokenSource();
        var worker = Worker();
        var running = worker.RunAsync(Task.CompletedTask, stop.Token, CancellationToken.None);

        await stop.CancelAsync();
        Assert.False(running.IsCompleted);
        cycle.SetResult(FakeRunner.Report("accounts"));
        await running;

        Assert.Single(_runner.Cycles);
        Assert.Null(worker.Trouble);
    }

    [Fact]
    public async Task Abort_cuts_the_cycle_in_flight_off()
    {
        _runner.Answer = async (mapping, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return FakeRunner.Report(mapping.Name);
        };
        using var stop = new CancellationTokenSource();
        using var abort = new CancellationTokenSource();
        var running = Worker().RunAsync(Task.CompletedTask, stop.Token, abort.Token);

        await stop.CancelAsync();
        await abort.CancelAsync();

        await running;
    }

    [Fact]
    public async Task First_cycle_waits_for_the_parents()
    {
        var parents = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var worker = Worker();
        var running = worker.RunAsync(parents.Task, stop.Token, CancellationToken.None);
        Assert.Empty(_runner.Cycles);

        parents.SetResult();
        await worker.FirstRound;
        Assert.Single(_runner.Cycles);

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Burst_of_news_is_one_cycle_that_looks_at_nothing_else()
    {
        var worker = await RestingAsync();

        worker.Hear(["1"]);
        Assert.Equal(0.25, await SecondsToNextAsync(worker));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        worker.Hear(["2", "1"]);
        Assert.Equal(0.05, await SecondsToNextAsync(worker), 6);
        Assert.Single(_runner.Requests);

        _time.Advance(TimeSpan.FromMilliseconds(50));
        await worker.StepAsync(CancellationToken.None);
        await worker.StepAsync(CancellationToken.None);

        Assert.Equal(2, _runner.Requests.Count);
        Assert.True(_runner.Requests[1] is { Push: false, Pull: false, Reason: "webhook", Heard: ["1", "2"] });
    }

    [Fact]
    public async Task What_is_heard_moves_no_schedule_and_a_cycle_that_is_due_takes_it_along()
    {
        var worker = await RestingAsync();
        worker.Hear(["1"]);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(59, await SecondsToNextAsync(worker));
        _time.Advance(TimeSpan.FromSeconds(59));
        worker.Hear(["2"]);
        await worker.StepAsync(CancellationToken.None);

        Assert.Equal([[], ["1"], ["2"]], _runner.Requests.Select(request => request.Heard));
        Assert.Equal("pull", _runner.Requests[^1].Reason);
        Assert.Equal(60, await SecondsToNextAsync(worker));
    }

    [Fact]
    public async Task News_during_a_cycle_is_one_cycle_afterwards()
    {
        var worker = await RestingAsync();
        _runner.Answer = (mapping, _) =>
        {
            worker.Hear(["2"]);
            worker.Hear(["3"]);
            return Task.FromResult(FakeRunner.Report(mapping.Name));
        };
        worker.Hear(["1"]);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0.25, await SecondsToNextAsync(worker));

        _runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name));
        _time.Advance(TimeSpan.FromSeconds(1));
        await worker.StepAsync(CancellationToken.None);

        Assert.Equal([[], ["1"], ["2", "3"]], _runner.Requests.Select(request => request.Heard));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cycle_that_did_not_come_off_leaves_the_news_to_the_next(bool isBusy)
    {
        var worker = await RestingAsync();
        worker.Hear(["1"]);
        _time.Advance(TimeSpan.FromSeconds(1));
        _runner.Answer = (mapping, _) => isBusy
            ? Task.FromResult(FakeRunner.Report(mapping.Name) with { Busy = true })
            : throw new PortException(PortTrouble.Unavailable, "the state is down");
        await worker.StepAsync(CancellationToken.None);

        _runner.Answer = (mapping, _) => Task.FromResult(FakeRunner.Report(mapping.Name));
        _time.Advance(TimeSpan.FromSeconds(10));
        await worker.StepAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(10));
        await worker.StepAsync(CancellationToken.None);

        Assert.Equal([[], ["1"], ["1"]], _runner.Requests.Select(request => request.Heard));
    }

    [Fact]
    public async Task News_beyond_what_can_be_kept_is_left_to_the_pull()
    {
        var worker = await RestingAsync();
        worker.Hear(Enumerable.Range(1, 10_001).Select(id => $"{id}"));
        worker.Hear(["too late"]);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(59, await SecondsToNextAsync(worker));

        Assert.Equal(10_000, _runner.Requests[^1].Heard.Count);
        Assert.DoesNotContain("too late", _runner.Heard);
    }

    private async Task<MappingWorker> RestingAsync()
    {
        var worker = Worker();
        await worker.StepAsync(CancellationToken.None);
        return worker;
    }

    private MappingWorker Worker() => new(
        SampleMapping.Read(SampleMapping.Text).Mapping!, _runner, new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)), _time, NullLogger.Instance);

    private async Task<double> SecondsToNextAsync(MappingWorker worker) => (await worker.StepAsync(CancellationToken.None) - _time.GetUtcNow()).TotalSeconds;
}
