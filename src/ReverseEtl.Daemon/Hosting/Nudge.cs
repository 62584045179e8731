namespace ReverseEtl.Daemon.Hosting;

/// <summary>Lets a loop sleep until a time or until somebody has news for it. Safe for concurrent use; one waiter.</summary>
public sealed class Nudge(TimeProvider time)
{
    /// <summary>Timers have a limit; waking up for nothing once an hour is harmless.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Wakes the loop, or keeps its next sleep from beginning.</summary>
    public void Give() => _news.TrySetResult();

    /// <summary>Sleeps until <paramref name="until"/>, news or cancellation, whichever is first. Never throws.</summary>
    public async Task WaitAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var news = _news;
        var left = until - time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await news.Task.WaitAsync(left < LongestSleep ? left : LongestSleep, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (news.Task.IsCompleted)
        {
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
