using ReverseEtl.Simulation.Scheduling;

namespace ReverseEtl.Simulation.Tests;

/// <summary>One thread, one order, and a tripwire for whatever leaves it.</summary>
public sealed class EventLoopTests
{
    [Fact]
    public void Loop_what_is_due_together_runs_in_the_order_of_the_seed()
    {
        Assert.Equal(Order(1), Order(1));
        Assert.Contains(Enumerable.Range(2, 20), seed => Order(seed) != Order(1));
    }

    [Fact]
    public void Loop_time_jumps_to_the_next_event()
    {
        var loop = new EventLoop(1);
        var seen = default(DateTimeOffset);
        loop.After(TimeSpan.FromDays(3), () => seen = loop.Now);
        loop.RunFor(TimeSpan.FromDays(4));
        Assert.Equal(EventLoop.Start + TimeSpan.FromDays(3), seen);
        Assert.Equal(EventLoop.Start + TimeSpan.FromDays(4), loop.Now);
    }

    [Fact]
    public void Loop_work_that_leaves_the_thread_fails_the_run()
    {
        var loop = new EventLoop(1);
        loop.After(TimeSpan.Zero, () =>
        {
            var other = new Thread(() => Assert.Throws<SchedulingException>(() => loop.RequireThread("a clock")));
            other.Start();
            other.Join();
        });
        Assert.Throws<SchedulingException>(() => loop.RunFor(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Loop_time_that_stands_still_fails_the_run()
    {
        var loop = new EventLoop(1);
        void Again() => loop.After(TimeSpan.Zero, Again);
        Again();
        Assert.Throws<SchedulingException>(() => loop.RunFor(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Time_timers_of_a_dead_process_never_fire()
    {
        var (loop, life) = (new EventLoop(1), new Life());
        var fired = 0;
        using var timer = new SimTime(loop, life).CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        loop.RunFor(TimeSpan.FromSeconds(3));
        life.End();
        loop.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(3, fired);
    }

    private static string Order(int seed)
    {
        var loop = new EventLoop(seed);
        var order = "";
        foreach (var name in "abcdef")
        {
            loop.After(TimeSpan.FromSeconds(1), () => order += name);
        }

        loop.RunFor(TimeSpan.FromSeconds(1));
        return order;
    }
}
