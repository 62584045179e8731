namespace ReverseEtl.Simulation.Scheduling;

/// <summary>The clock of one process or server: the loop's time, off by its own error. Timers end with the process.</summary>
public sealed class SimTime(EventLoop loop, Life life, TimeSpan error = default) : TimeProvider
{
    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        loop.RequireThread("a clock");
        return loop.Now + error;
    }

    /// <inheritdoc />
    public override long GetTimestamp()
    {
        loop.RequireThread("a clock");
        return loop.Now.UtcTicks;
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        loop.RequireThread("a timer");
        var timer = new Timer(loop, life, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(EventLoop loop, Life life, Action callback) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                loop.After(dueTime, () => Fire(setting, period));
            }

            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int setting, TimeSpan period)
        {
            if (setting != _setting || life.IsOver)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                loop.After(period, () => Fire(setting, period));
            }

            callback();
        }
    }
}
