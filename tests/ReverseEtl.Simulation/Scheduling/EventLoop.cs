namespace ReverseEtl.Simulation.Scheduling;

/// <summary>
/// The only thread of a simulation and its virtual clock. Whatever waits (I/O, timers, people) is an event with a due time; the loop
/// takes the next one and runs everything that follows from it before it takes another.
/// </summary>
/// <remarks>
/// Nothing under test sees a scheduler or a synchronization context, so an awaiting method goes on where its answer is delivered: here,
/// on this thread, inside this event. Tasks completed from inside a custom <see cref="TaskScheduler"/> would send every
/// <c>ConfigureAwait(false)</c> of HttpClient, Refit and Polly to the thread pool. What leaves the thread all the same meets
/// <see cref="RequireThread"/> at its next clock, gate or wire and fails the run.
/// </remarks>
public sealed class EventLoop(int seed)
{
    /// <summary>When every simulation begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    /// <summary>So many events without the clock moving are a loop that feeds itself.</summary>
    private const int MostEventsInAnInstant = 200_000;

    private readonly Random _random = new(seed);
    private readonly PriorityQueue<Action, (long Due, long Order)> _events = new();
    private readonly List<Action> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _now = Start.UtcTicks;
    private long _order;
    private int _inThisInstant;
    private string? _escaped;

    /// <summary>Virtual time.</summary>
    public DateTimeOffset Now => new(_now, TimeSpan.Zero);

    /// <summary>Events run so far.</summary>
    public long Events { get; private set; }

    /// <summary>Runs something later; at least now.</summary>
    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (_now + Math.Max(0, delay.Ticks), _order++));

    /// <summary>A wait of so long.</summary>
    public Task WaitAsync(TimeSpan delay)
    {
        var done = new TaskCompletionSource();
        After(delay, done.SetResult);
        return done.Task;
    }

    /// <summary>Runs events until <paramref name="done"/>, or until nothing due by <paramref name="limit"/> is left.</summary>
    /// <returns>Whether it was done.</returns>
    /// <exception cref="SchedulingException">Work left the thread, or the clock stands still.</exception>
    public bool RunUntil(Func<bool> done, DateTimeOffset limit)
    {
        RequireThread("the loop");
        while (!done())
        {
            if (_ready.Count == 0 && !Advance(limit))
            {
                return false;
            }

            var pick = _random.Next(_ready.Count);
            var next = _ready[pick];
            _ready[pick] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            Events++;
            next();
            RequireNoEscape();
        }

        return true;
    }

    /// <summary>Runs everything that is due within this time.</summary>
    public void RunFor(TimeSpan time) => RunUntil(() => false, Now + time);

    /// <summary>The tripwire: whoever calls from another thread was sent there by code that a simulation cannot order.</summary>
    public void RequireThread(string where)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _escaped ??= where;
            throw new SchedulingException($"work left the simulation's thread and came to {where}");
        }
    }

    // What became due at the same instant is ready in no order; the seed picks.
    private bool Advance(DateTimeOffset limit)
    {
        if (!_events.TryPeek(out _, out var first) || first.Due > limit.UtcTicks)
        {
            _now = Math.Max(_now, limit.UtcTicks);
            return false;
        }

        if (first.Due > _now)
        {
            (_now, _inThisInstant) = (first.Due, 0);
        }

        while (_events.TryPeek(out var action, out var key) && key.Due <= _now)
        {
            _events.Dequeue();
            _ready.Add(action);
        }

        _inThisInstant += _ready.Count;
        return _inThisInstant <= MostEventsInAnInstant ? true : throw new SchedulingException($"time stands still at {Now:O}");
    }

    private void RequireNoEscape()
    {
        if (Volatile.Read(ref _escaped) is { } where)
        {
            throw new SchedulingException($"work left the simulation's thread and came to {where}");
        }
    }
}
