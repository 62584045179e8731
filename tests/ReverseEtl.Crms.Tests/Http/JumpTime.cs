using Microsoft.Extensions.Time.Testing;

namespace ReverseEtl.Crms.Tests.Http;

/// <summary>
/// A clock that jumps to whatever is waited for, so that backoff costs nothing. Timers beyond the horizon (time limits of attempts)
/// are left to <see cref="FakeTimeProvider.Advance"/>.
/// </summary>
public sealed class JumpTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Lock _gate = new();

    public JumpTime()
        : this(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero))
    {
    }

    public TimeSpan Horizon { get; init; } = TimeSpan.FromMinutes(4);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Jumping(this, base.CreateTimer(callback, state, dueTime, period));
        JumpTo(dueTime);
        return timer;
    }

    private void JumpTo(TimeSpan due)
    {
        if (due <= TimeSpan.Zero || due > Horizon)
        {
            return;
        }

        var target = GetUtcNow() + due;
        ThreadPool.QueueUserWorkItem(_ =>
        {
            lock (_gate)
            {
                var left = target - GetUtcNow();
                if (left > TimeSpan.Zero)
                {
                    Advance(left);
                }
            }
        });
    }

    private sealed class Jumping(JumpTime time, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = inner.Change(dueTime, period);
            time.JumpTo(dueTime);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
