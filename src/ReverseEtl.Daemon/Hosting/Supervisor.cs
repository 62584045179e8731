using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Hosting;

/// <summary>Keeps one <see cref="MappingWorker"/> a good mapping running, following the files.</summary>
public sealed class Supervisor : BackgroundService
{
    private readonly MappingCatalog _catalog;
    private readonly IConnections _connections;
    private readonly ICycleRunner _cycles;
    private readonly DaemonOptions _options;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger<Supervisor> _logger;
    private readonly Nudge _nudge;
    private readonly CancellationTokenSource _abort = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly Backoff _backoff;
    private bool _stateIsReady;
    private int _stateFailures;

    /// <summary>Makes one.</summary>
    public Supervisor(
        MappingCatalog catalog, IConnections connections, ICycleRunner cycles, RetlSettings settings, TimeProvider time, ILogger<Supervisor> logger)
    {
        (_catalog, _connections, _cycles, _time, _logger) = (catalog, connections, cycles, time, logger);
        _options = settings.Daemon;
        _folder = Selection.Resolve(settings);
        _backoff = new Backoff(_options.FirstBackoff, _options.LongestBackoff);
        _nudge = new Nudge(time);
    }

    /// <summary>The workers that run now.</summary>
    public IReadOnlyList<MappingWorker> Workers
    {
        get
        {
            lock (_running)
            {
                return [.. _running.Values.Select(running => running.Worker).OrderBy(worker => worker.Mapping.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Has the files looked at soon.</summary>
    public void LookAgain() => _nudge.Give();

    /// <summary>One look at the state and the files; starts, replaces and stops workers accordingly.</summary>
    /// <returns>When the next step makes sense.</returns>
    public async Task<DateTimeOffset> StepAsync(CancellationToken cancellationToken)
    {
        if (!_stateIsReady && !await PrepareStateAsync(cancellationToken))
        {
            return _time.GetUtcNow() + _backoff.After(_stateFailures);
        }

        if (await _catalog.RefreshAsync(cancellationToken))
        {
            Apply(_catalog.Mappings, cancellationToken);
        }

        return _time.GetUtcNow() + _options.MappingPoll;
    }

    /// <summary>No new cycles; those in flight may end within the grace period, then they are cut off.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        List<Running> left;
        lock (_running)
        {
            left = [.. _running.Values];
        }

        left.ForEach(running => running.Stop.Cancel());
        var ended = Task.WhenAll(left.Select(running => running.Task));
        await ended.WaitAsync(_options.GracePeriod, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ended.IsCompleted)
        {
            _logger.LogWarning("The grace period of {Grace} is over; cycles in flight are cut off", _options.GracePeriod);
            await _abort.CancelAsync();
        }

        await ended;
        _logger.LogInformation("Stopped: no cycle is in flight");
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watcher = MappingWatch.Start(_folder, _nudge);
        while (!stoppingToken.IsCancellationRequested)
        {
            await _nudge.WaitAsync(await SafeStepAsync(stoppingToken), stoppingToken);
        }
    }

    private async Task<DateTimeOffset> SafeStepAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await StepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return _time.GetUtcNow();
        }
        catch (Exception e)
        {
            // The running mappings go on whatever happens to a file.
            _logger.LogError(e, "Looking at the mapping files failed; trying again");
            return _time.GetUtcNow() + _options.MappingPoll;
        }
    }

    private async Task<bool> PrepareStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connections.State.MigrateAsync(cancellationToken);
            _stateIsReady = true;
            return true;
        }
        catch (PortException e)
        {
            _stateFailures++;
            _logger.LogWarning("The state is not ready, next attempt in {Wait}: {Reason}", _backoff.After(_stateFailures), e.Message);
            return false;
        }
    }

    private void Apply(IReadOnlyList<Mapping> mappings, CancellationToken stoppingToken)
    {
        lock (_running)
        {
            foreach (var name in _running.Keys.Where(name => mappings.All(mapping => mapping.Name != name)).ToList())
            {
                _running.Remove(name, out var gone);
                gone!.Stop.Cancel();
            }

            foreach (var mapping in mappings)
            {
                var before = _running.GetValueOrDefault(mapping.Name);
                if (before?.Worker.Mapping != mapping)
                {
                    before?.Stop.Cancel();
                    _running[mapping.Name] = Start(mapping, before?.Task ?? Task.CompletedTask, stoppingToken);
                }
            }
        }
    }

    // A replaced mapping begins when the last cycle of its former version is over, and on the first round after its parents.
    private Running Start(Mapping mapping, Task before, CancellationToken stoppingToken)
    {
        var parents = MappingOrder.ParentsOf(mapping).Select(name => _running.GetValueOrDefault(name)?.Worker.FirstRound ?? Task.CompletedTask);
        var worker = new MappingWorker(mapping, _cycles, _backoff, _time, _logger);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        return new Running(worker, stop, worker.RunAsync(Task.WhenAll(parents.Append(before)), stop.Token, _abort.Token));
    }

    private sealed record Running(MappingWorker Worker, CancellationTokenSource Stop, Task Task);
}
