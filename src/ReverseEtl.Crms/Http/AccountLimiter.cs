using System.Globalization;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Http;

/// <summary>
/// The one gate to a CRM account, shared by everything that talks to it: requests in flight, rate windows, pauses, the daily budget.
/// First come, first served within a lane; a lane that must wait does not hold up the others. Safe for concurrent use.
/// </summary>
/// <remarks>Nothing polls: a single timer is set for the next moment at which somebody may go.</remarks>
public sealed class AccountLimiter : IDisposable
{
    private const string AskedFor = "The CRM asked for a pause.";
    private readonly Lock _gate = new();
    private readonly AccountLimits _limits;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly SlidingWindow[] _windows;
    private readonly DailyMeter _daily;
    private readonly Dictionary<string, TimeSpan> _pausedUntil = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly Queue<Action> _answers = new();
    private readonly ITimer _timer;
    private TimeSpan _allPausedUntil;
    private string _pausedWhy = AskedFor;
    private TimeSpan _restoreAt;
    private int _concurrency;
    private int _inFlight;
    private bool _isAnswering;

    /// <summary>Makes one for an account.</summary>
    public AccountLimiter(AccountLimits limits, TimeProvider time)
    {
        _limits = limits;
        _time = time;
        _origin = time.GetTimestamp();
        _windows = [.. limits.Windows.Select(window => new SlidingWindow(window))];
        _daily = new DailyMeter(limits.Daily, limits.DailyProbe);
        _concurrency = Math.Max(1, limits.Concurrency);
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>How much of the day is used; null before the CRM told.</summary>
    public CrmUse? Use
    {
        get
        {
            lock (_gate)
            {
                return _daily.Use(Now, _time.GetUtcNow());
            }
        }
    }

    /// <summary>Waits until one request of the lane may go.</summary>
    /// <exception cref="PortException">Limited: the daily budget is used up, or the account is paused for long.</exception>
    public async Task<Permit> AcquireAsync(string lane, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(lane);
        lock (_gate)
        {
            if (_daily.TrySpend(Now) is { } stop)
            {
                throw Limited(Spent(), stop);
            }

            waiter.Node = _waiters.AddLast(waiter);
            Pump();
        }

        Answer();
        var registration = cancellationToken.Register(() => Abandon(waiter, cancellationToken));
        try
        {
            return await waiter.Granted.Task;
        }
        finally
        {
            // Not disposed: that would wait, on the thread pool, for the very callback that this may run in.
            registration.Unregister();
        }
    }

    /// <summary>Lets nothing go for a while; a longer pause that is already set stays.</summary>
    /// <param name="length">How long from now.</param>
    /// <param name="lane">Only this lane; null for all.</param>
    /// <param name="why">What people are told whose work is put off; one sentence.</param>
    public void PauseFor(TimeSpan length, string? lane = null, string why = AskedFor)
    {
        lock (_gate)
        {
            var until = Now + length;
            if (lane is null)
            {
                _pausedWhy = until > _allPausedUntil ? why : _pausedWhy;
                _allPausedUntil = Later(_allPausedUntil, until);
            }
            else
            {
                _pausedUntil[lane] = Later(_pausedUntil.GetValueOrDefault(lane), until);
            }

            Pump();
        }

        Answer();
    }

    /// <summary>Lets nothing go until the moment comes.</summary>
    public void PauseUntil(DateTimeOffset moment, string? lane = null) => PauseFor(moment - _time.GetUtcNow(), lane);

    /// <summary>Halves the requests in flight for a while: the CRM says that there are too many at once.</summary>
    public void CutConcurrency()
    {
        lock (_gate)
        {
            _concurrency = Math.Max(1, _concurrency / 2);
            _restoreAt = Now + _limits.ConcurrencyRecovery;
        }
    }

    /// <summary>Corrects the windows made for one lane by what an answer told.</summary>
    /// <param name="lane">The lane; empty for windows that count every lane.</param>
    /// <param name="remaining">Requests left in the CRM's window.</param>
    /// <param name="max">Size of the CRM's window, where told: ours never exceeds it.</param>
    /// <param name="length">Only windows of this length; null for any.</param>
    public void ObserveWindow(string lane, int remaining, int? max = null, TimeSpan? length = null)
    {
        lock (_gate)
        {
            for (var i = 0; i < _windows.Length; i++)
            {
                if (_windows[i].IsLaneOf(lane) && (length is null || length == _limits.Windows[i].Length))
                {
                    _windows[i].Correct(Now, remaining, max);
                }
            }
        }
    }

    /// <summary>Corrects the daily count by what an answer told.</summary>
    /// <param name="used">Requests of the account so far, all clients together.</param>
    /// <param name="limit">The account's daily requests.</param>
    public void ObserveDaily(long used, long limit)
    {
        lock (_gate)
        {
            _daily.Observe(used, limit, Now);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    internal void Release()
    {
        lock (_gate)
        {
            _inFlight--;
            Pump();
        }

        Answer();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            Pump();
        }

        Answer();
    }

    private void Abandon(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (waiter.Node is { } node)
            {
                Remove(node);
                _answers.Enqueue(() => waiter.Granted.SetCanceled(cancellationToken));
            }
        }

        Answer();
    }

    // Tells waiters what became of them, outside the lock and one after the other: what they do next runs in here, and may release a
    // permit that is another waiter's turn. Nothing is handed to the thread pool, so a simulation sees the same order every time.
    private void Answer()
    {
        while (true)
        {
            Action answer;
            lock (_gate)
            {
                if (_isAnswering || !_answers.TryDequeue(out answer!))
                {
                    return;
                }

                _isAnswering = true;
            }

            answer();
            lock (_gate)
            {
                _isAnswering = false;
            }
        }
    }

    // Serves the queue in order as far as it goes now and sets the timer for the first one that has to wait for time to pass.
    private void Pump()
    {
        var now = Now;
        RestoreConcurrency(now);
        TimeSpan? wake = null;
        for (var node = _waiters.First; node is not null;)
        {
            var (current, next) = (node, node.Next);
            node = next;
            var pause = Later(_allPausedUntil, _pausedUntil.GetValueOrDefault(current.Value.Lane)) - now;
            if (pause > _limits.LongestWait)
            {
                Remove(current);
                _answers.Enqueue(() => current.Value.Granted.SetException(Limited(_allPausedUntil > now ? _pausedWhy : AskedFor, pause)));
                continue;
            }

            if (_inFlight >= _concurrency)
            {
                wake = _concurrency < _limits.Concurrency ? Sooner(wake, _restoreAt) : wake;
                continue;
            }

            var free = NextFree(current.Value.Lane, now, pause);
            if (free > now)
            {
                wake = Sooner(wake, free);
                continue;
            }

            Grant(current, now);
        }

        var due = wake is { } at ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((at - now).TotalMilliseconds))) : Timeout.InfiniteTimeSpan;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan NextFree(string lane, TimeSpan now, TimeSpan pause)
    {
        var free = pause > TimeSpan.Zero ? now + pause : now;
        foreach (var window in _windows)
        {
            if (window.Counts(lane))
            {
                free = Later(free, window.NextFree(now));
            }
        }

        return free;
    }

    private void Grant(LinkedListNode<Waiter> node, TimeSpan now)
    {
        foreach (var window in _windows)
        {
            if (window.Counts(node.Value.Lane))
            {
                window.Take(now);
            }
        }

        _inFlight++;
        Remove(node);
        _answers.Enqueue(() => node.Value.Granted.SetResult(new Permit(this)));
    }

    private void RestoreConcurrency(TimeSpan now)
    {
        if (_concurrency < _limits.Concurrency && now >= _restoreAt)
        {
            _concurrency = Math.Min(_concurrency * 2, _limits.Concurrency);
            _restoreAt = now + _limits.ConcurrencyRecovery;
        }
    }

    private void Remove(LinkedListNode<Waiter> node)
    {
        _waiters.Remove(node);
        node.Value.Node = null;
    }

    private string Spent() => _daily.Use(Now, _time.GetUtcNow()) is { } use
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"The budget of daily API requests (DailyApiBudget: {use.Share}) is used up: {use.Used} of the account's {use.Limit} are used.")
        : "The budget of daily API requests (DailyApiBudget) is used up.";

    private static PortException Limited(string message, TimeSpan after) => new(PortTrouble.Limited, message) { RetryAfter = after };

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Sooner(TimeSpan? a, TimeSpan b) => a is { } set && set < b ? set : b;

    private sealed class Waiter(string lane)
    {
        public string Lane => lane;

        public TaskCompletionSource<Permit> Granted { get; } = new();

        /// <summary>Where it stands in the queue; null once it is served, refused or gone.</summary>
        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
