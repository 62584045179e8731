using Microsoft.Extensions.Logging.Abstractions;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Crms;
using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Models;
using ReverseEtl.Simulation.Network;
using ReverseEtl.Simulation.Scheduling;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Daemons;

/// <summary>
/// One process of the daemon: the real engine and the real connectors on simulated ports, with the two loops of every mapping. It can be
/// killed at any of its numbered I/Os; then nothing of it ever runs again, not even a <c>finally</c>.
/// </summary>
public sealed class DaemonProcess : IIoGate
{
    private static readonly TimeSpan RecheckEvery = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan NextTurn = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan HearsayPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The reason of a cycle that only follows what was heard.</summary>
    public const string Webhook = "webhook";

    private readonly World _world;
    private readonly Life _life = new();
    private readonly SimTime _time;
    private readonly ICrm _crm;
    private readonly IWarehouse _warehouse;
    private readonly Cycle _cycle;
    private bool _isStopping;
    private readonly Dictionary<string, (MappingRuntime Runtime, DateTimeOffset At)> _bound = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _heard = Table.All.ToDictionary(t => t.Name, _ => new List<string>(), StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>A process that is not started yet.</summary>
    public DaemonProcess(World world, string name)
    {
        (_world, Name) = (world, name);
        _time = new SimTime(world.Loop, _life);
        _crm = world.Ports.Crm(Connect());
        _warehouse = world.Ports.Warehouse(world.OpenWarehouse(this));
        _cycle = new Cycle(world.Ports.State(world.OpenState(this)), world.Options, _time, NullLogger<Cycle>.Instance);
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>I/Os so far, counted before and after each.</summary>
    public long Ios { get; private set; }

    /// <summary>Dies at this I/O; null for never.</summary>
    public long? KillAt { get; set; }

    /// <summary>Whether it was killed or has stopped.</summary>
    public bool IsGone => _life.IsOver;

    /// <summary>The mapping and run that are being worked on, by table; what is sent meanwhile is sent under it.</summary>
    public Dictionary<string, Mapping> InHand { get; } = new(StringComparer.Ordinal);

    /// <summary>Starts the loops of all mappings.</summary>
    public void Start()
    {
        _world.Log.Add(new Struck(_world.Loop.Now, $"{Name} starts"));
        foreach (var table in _world.Tables)
        {
            Watch(LoopAsync(table));
        }
    }

    /// <summary>Ends it between two instructions. Requests under way travel on.</summary>
    public void Kill(string how)
    {
        if (!_life.IsOver)
        {
            _world.Log.Add(new Struck(_world.Loop.Now, $"{Name} killed {how}"));
            _life.End();
            _world.Buried(this);
        }
    }

    /// <summary>Asks it to end, as SIGTERM does: a cycle under way is finished, and no other one begun.</summary>
    public void Stop()
    {
        _world.Log.Add(new Struck(_world.Loop.Now, $"{Name} is asked to stop"));
        _isStopping = true;
    }

    /// <summary>Something is heard of records from outside: they are looked at soon, many calls by one cycle.</summary>
    public void Hear(Table table, IEnumerable<string> ids)
    {
        var heard = _heard[table.Name];
        if (heard.Count == 0)
        {
            _world.Loop.After(HearsayPause, () => Wake(table));
        }

        heard.AddRange(ids);
    }

    /// <inheritdoc />
    public async Task PassAsync(string operation, IoMoment moment, CancellationToken cancellationToken)
    {
        if (moment is IoMoment.After && operation is "state.settle" or "state.prepare")
        {
            _world.StateWatch.Note();
        }

        await CountAsync(operation);
        var (delay, trouble) = _world.Trouble(this, operation, moment);
        if (delay > TimeSpan.Zero)
        {
            await WaitAsync(delay);
        }

        if (trouble is not null)
        {
            throw trouble;
        }

        // The effect follows at once, in the same event.
        _world.Store.Acting = Name;
    }

    /// <summary>Numbers an I/O; a process that dies there never comes back from it.</summary>
    public Task CountAsync(string operation)
    {
        _world.Loop.RequireThread(operation);
        if (++Ios == KillAt)
        {
            Kill($"at I/O {Ios}, {operation}");
        }

        return _life.IsOver ? new TaskCompletionSource().Task : Task.CompletedTask;
    }

    private async Task LoopAsync(Table table)
    {
        var (pushDue, pullDue, notBefore, failures) = (_time.GetUtcNow(), _time.GetUtcNow(), _time.GetUtcNow(), 0);
        while (!_isStopping)
        {
            var due = pushDue < pullDue ? pushDue : pullDue;
            due = _heard[table.Name].Count > 0 ? _time.GetUtcNow() : due;
            due = due > notBefore ? due : notBefore;
            await WaitAsync(table, due - _time.GetUtcNow());
            if (_isStopping)
            {
                return;
            }

            var now = _time.GetUtcNow();
            var (push, pull) = (pushDue <= now, pullDue <= now);
            if (now < notBefore || !(push || pull || _heard[table.Name].Count > 0))
            {
                continue;
            }

            var mapping = _world.InForce(table);
            List<string> heard = [.. _heard[table.Name]];
            _heard[table.Name].Clear();
            var end = await CycleAsync(mapping, new CycleRequest((push, pull) switch
            {
                (true, true) => "push and pull",
                (true, _) => "push",
                (_, true) => "pull",
                _ => Webhook,
            })
            {
                Push = push,
                Pull = pull,
                Heard = heard,
                Holder = Name,
                Approved = _world.IsApproved,
            });
            if (end is CycleOutcome.Done)
            {
                (pushDue, pullDue, failures) = (push ? now + _world.PushEvery : pushDue, pull ? now + _world.PullEvery : pullDue, 0);
                continue;
            }

            _heard[table.Name].AddRange(heard);
            failures = end is CycleOutcome.Failed ? failures + 1 : failures;
            var backoff = FirstBackoff * Math.Pow(2, Math.Min(failures, 10));
            notBefore = now + (end is CycleOutcome.Busy ? NextTurn : backoff < LongestBackoff ? backoff : LongestBackoff);
        }
    }

    /// <summary>One cycle, asked for by a person.</summary>
    public Task<CycleOutcome> SyncAsync(Table table, CycleRequest request) => CycleAsync(_world.InForce(table), request);

    private async Task<CycleOutcome> CycleAsync(Mapping mapping, CycleRequest request)
    {
        _world.Log.Add(new CycleBegan(_world.Loop.Now, Name, mapping, request));
        InHand[mapping.Name] = mapping;
        try
        {
            var report = await _cycle.RunAsync(await BindAsync(mapping), request, CancellationToken.None);
            _world.Log.Add(new CycleEnded(_world.Loop.Now, Name, mapping.Name, report.Result, report.Result.Message, IsBug: false));
            return report.Busy ? CycleOutcome.Busy : CycleOutcome.Done;
        }
        catch (PortException e)
        {
            if (e.Trouble is PortTrouble.Refused)
            {
                _bound.Remove(mapping.Name);
            }

            _world.Log.Add(new CycleEnded(_world.Loop.Now, Name, mapping.Name, null, e.Message, IsBug: false));
            return CycleOutcome.Failed;
        }
        catch (SchedulingException)
        {
            throw;
        }
        catch (Exception e)
        {
            _world.Log.Add(new CycleEnded(_world.Loop.Now, Name, mapping.Name, null, e.ToString(), IsBug: true));
            return CycleOutcome.Failed;
        }
        finally
        {
            InHand.Remove(mapping.Name);
        }
    }

    private async Task<MappingRuntime> BindAsync(Mapping mapping)
    {
        var now = _time.GetUtcNow();
        if (_bound.TryGetValue(mapping.Name, out var bound) && ReferenceEquals(bound.Runtime.Mapping, mapping) && now - bound.At < RecheckEvery)
        {
            return bound.Runtime;
        }

        var runtime = await MappingRuntime.BindAsync(mapping, _warehouse, _crm, CancellationToken.None);
        _bound[mapping.Name] = (runtime, now);
        _world.Learn(runtime);
        return runtime;
    }

    // Whatever is heard ends the wait of the loop.
    private Task WaitAsync(Table table, TimeSpan delay)
    {
        var done = _waiting[table.Name] = new TaskCompletionSource();
        _world.Loop.After(delay, () => End(done));
        return done.Task;
    }

    private void Wake(Table table)
    {
        if (_waiting.TryGetValue(table.Name, out var done))
        {
            End(done);
        }
    }

    private void End(TaskCompletionSource wait)
    {
        if (!_life.IsOver)
        {
            wait.TrySetResult();
        }
    }

    private Task WaitAsync(TimeSpan delay)
    {
        var done = new TaskCompletionSource();
        _world.Loop.After(delay, () =>
        {
            if (!_life.IsOver)
            {
                done.SetResult();
            }
        });
        return done.Task;
    }

    // An error that no cycle may raise is a finding, and nothing of the loop is awaited by anybody.
    private async void Watch(Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception e)
        {
            _world.Crash(e);
        }
    }

    private ICrm Connect()
    {
        var wire = new SimWire(_world.Loop, _world.Network, Name, _life, CountAsync);
        var random = new Random(_world.Seed + Name.Length);
        return _world.Desk.Kind is CrmKind.HubSpot
            ? new HubSpotCrm(
                new HubSpotSettings { BaseUrl = new Uri("http://hubspot.test"), AccessToken = HubSpotOptions.DefaultToken }, wire, _time, random)
            : CrmRegistry.Create(new CrmConnection(
                "salesforce",
                new Dictionary<string, string?>
                {
                    ["Type"] = "salesforce",
                    ["LoginUrl"] = "http://salesforce.test",
                    ["Auth"] = "client_credentials",
                    ["ClientId"] = SalesforceOptions.DefaultClientId,
                    ["ClientSecret"] = SalesforceOptions.DefaultClientSecret,
                },
                _time,
                random)
            {
                Wire = wire,
            });
    }
}

/// <summary>What came of a cycle.</summary>
public enum CycleOutcome
{
    /// <summary>It ran.</summary>
    Done,

    /// <summary>Somebody else works on the mapping.</summary>
    Busy,

    /// <summary>It broke off.</summary>
    Failed,
}
