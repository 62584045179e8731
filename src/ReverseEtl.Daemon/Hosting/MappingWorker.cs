using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Daemon.MappingFiles;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Hosting;

/// <summary>The push loop and the pull loop of one mapping.</summary>
/// <remarks>
/// Both loops are one task with two due times, so that there is never more than one cycle of a mapping at a time, and whatever came due
/// while a cycle ran is one cycle afterwards. What is heard from outside is looked at by the next cycle, or by a small one of its own.
/// </remarks>
public sealed class MappingWorker
{
    /// <summary>A command beside the daemon may have the mapping for so long without anybody being told.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan NextTurn = TimeSpan.FromSeconds(1);

    private readonly Cadence _push;
    private readonly Cadence _pull;
    private readonly ICycleRunner _cycles;
    private readonly Backoff _backoff;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Nudge _nudge;
    private readonly Hearsay _hearsay;
    private readonly TaskCompletionSource _firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _pushDue;
    private DateTimeOffset _pullDue;
    private DateTimeOffset _notBefore;
    private DateTimeOffset? _busySince;
    private int _failures;
    private volatile string? _trouble;

    /// <summary>Makes the loops; nothing runs yet. Both are due at once.</summary>
    public MappingWorker(Mapping mapping, ICycleRunner cycles, Backoff backoff, TimeProvider time, ILogger logger)
    {
        (Mapping, _cycles, _backoff, _time, _logger) = (mapping, cycles, backoff, time, logger);
        _push = Cadence.Parse(mapping.Schedule.Push);
        _pull = Cadence.Parse(mapping.Schedule.Pull);
        _nudge = new Nudge(time);
        _hearsay = new Hearsay(time);
        _pushDue = _pullDue = _notBefore = time.GetUtcNow();
    }

    /// <summary>The mapping.</summary>
    public Mapping Mapping { get; }

    /// <summary>Why the last cycle failed; null when it did not.</summary>
    public string? Trouble => _trouble;

    /// <summary>Ends when the first cycle is over, well or not; children wait for it.</summary>
    public Task FirstRound => _firstRound.Task;

    /// <summary>Has records looked at soon, many calls by one cycle. Never blocks; any thread may call it.</summary>
    /// <param name="crmIds">CRM ids, known or not.</param>
    public void Hear(IEnumerable<string> crmIds)
    {
        _hearsay.Add(crmIds);
        _nudge.Give();
    }

    /// <summary>Steps until <paramref name="stop"/>. A cycle in flight then goes on until it ends or <paramref name="abort"/>.</summary>
    public async Task RunAsync(Task parents, CancellationToken stop, CancellationToken abort)
    {
        await parents.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stop.IsCancellationRequested)
        {
            await _nudge.WaitAsync(await StepAsync(abort), stop);
        }

        _firstRound.TrySetResult();
    }

    /// <summary>At most one cycle, of what is due by now.</summary>
    /// <returns>When the next step makes sense.</returns>
    public async Task<DateTimeOffset> StepAsync(CancellationToken abort)
    {
        var now = _time.GetUtcNow();
        if (now < _notBefore)
        {
            return _notBefore;
        }

        var (push, pull) = (_pushDue <= now, _pullDue <= now);
        if (push || pull || _hearsay.Due <= now)
        {
            await CycleAsync(push, pull, now, abort);
        }

        var due = _pushDue < _pullDue ? _pushDue : _pullDue;
        due = _hearsay.Due is { } heard && heard < due ? heard : due;
        return due > _notBefore ? due : _notBefore;
    }

    private async Task CycleAsync(bool push, bool pull, DateTimeOffset now, CancellationToken abort)
    {
        var heard = _hearsay.Take();
        var reason = (push, pull) switch { (true, true) => "push and pull", (true, _) => "push", (_, true) => "pull", _ => "webhook" };
        var request = new CycleRequest(reason) { Push = push, Pull = pull, Heard = heard, Holder = Commands.Holder.Name };
        var isDone = false;
        try
        {
            var report = await _cycles.RunAsync(Mapping, request, abort);
            if (report.Busy)
            {
                WaitTurn(now);
                return;
            }

            isDone = true;
            _busySince = null;
            _pushDue = push ? _push.Next(now) : _pushDue;
            _pullDue = pull ? _pull.Next(now) : _pullDue;
            (_failures, _trouble) = (0, null);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            _logger.LogWarning("Mapping {Mapping}: the cycle was cut off by the shutdown; what was under way is journalled", Mapping.Name);
        }
        catch (PortException e)
        {
            Fail(now, e.Message, e.RetryAfter);
        }
        catch (Exception e)
        {
            // One mapping's bug must not stop the others; it is told like any failure and tried again.
            _logger.LogError(e, "Mapping {Mapping}: unexpected failure", Mapping.Name);
            Fail(now, $"unexpected {e.GetType().Name}", null);
        }
        finally
        {
            if (!isDone)
            {
                _hearsay.Add(heard);
            }

            _firstRound.TrySetResult();
        }
    }

    private void WaitTurn(DateTimeOffset now)
    {
        _busySince ??= now;
        if (now - _busySince < Turn)
        {
            _notBefore = now + NextTurn;
            return;
        }

        Fail(now, "another process works on this mapping", null);
    }

    private void Fail(DateTimeOffset now, string why, TimeSpan? askedFor)
    {
        _failures++;
        _trouble = why;
        var wait = _backoff.After(_failures, askedFor);
        _notBefore = now + wait;
        _logger.LogWarning("Mapping {Mapping}: the cycle failed ({Failures} in a row), next attempt in {Wait}: {Reason}", Mapping.Name, _failures, wait, why);
    }
}
