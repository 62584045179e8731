using ReverseEtl.Engine.Cycles;
using ReverseEtl.Simulation.Checking;
using ReverseEtl.Simulation.Daemons;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Mutants;
using ReverseEtl.Simulation.Scheduling;
using ReverseEtl.Simulation.Workloads;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Running;

/// <summary>One run of one seed: chaos, healing, rest, one more look at everything, and the questions at the end.</summary>
public sealed class SeedRun
{
    private static readonly TimeSpan Slice = TimeSpan.FromMinutes(30);

    /// <summary>So long after the last fault everything must have come to rest.</summary>
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromHours(4);

    /// <summary>Long enough for a tombstone that the first of them lays to age, and for what follows from it.</summary>
    private const int Syncs = 5;

    private readonly World _world;
    private readonly Checkers _checkers;
    private readonly Cast _cast;
    private readonly Havoc _havoc;
    private readonly Gossip _gossip;
    private readonly List<Violation> _violations = [];

    private SeedRun(World world)
    {
        _world = world;
        // What is right does not depend on a seeded bug.
        _checkers = new Checkers(world.Swarm.Crm, world.Swarm.Options, world.Counters);
        world.Log.Happened += _checkers.See;
        (_cast, _havoc, _gossip) = (new Cast(world), new Havoc(world), new Gossip(world));
    }

    /// <summary>Runs a seed on a thread of its own, so that nothing of the caller's can reach into it.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="mutant">A seeded bug; null for none.</param>
    /// <param name="watch">Is told of everything as it happens.</param>
    public static SeedResult Of(int seed, Mutant? mutant = null, Action<Happening>? watch = null)
    {
        SeedResult? result = null;
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    using var world = new World(Swarm.Draw(seed), mutant);
                    if (watch is not null)
                    {
                        world.Log.Happened += watch;
                    }

                    result = new SeedRun(world).Run();
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            maxStackSize: 4 << 20);
        thread.Start();
        thread.Join();
        return result ?? new SeedResult(seed, [new Violation("run", failure!.ToString(), "", [])], "", new(), []);
    }

    private SeedResult Run()
    {
        Chaos();
        Recover();
        _checkers.Rested(_world.Tables.Select(Stands.Of(_world)));
        Sweep();
        _checkers.AtRest(_world.Tables.Select(Stands.Of(_world)));
        if (_world.Crashed is { } crash)
        {
            _violations.Add(new Violation("run", crash.ToString(), "", []));
        }

        return new SeedResult(_world.Seed, [.. _violations, .. _checkers.Violations], _world.Log.Fingerprint(), _world.Counters, _world.Log.All);
    }

    private void Chaos()
    {
        _cast.Furnish();
        Workflow.Install(_world);
        _world.StartProcess();
        _cast.Begin();
        _havoc.Begin();
        _gossip.Begin();
        BuildModels();
        _world.Loop.RunFor(_world.Swarm.Chaos);
    }

    // The jobs that build models run for ever.
    private void BuildModels() => _world.Loop.After(TimeSpan.FromMinutes(17), () =>
    {
        _world.Store.Build();
        BuildModels();
    });

    // Users rest and faults end; what is under way still travels. From now on time is all that is needed.
    private void Recover()
    {
        _world.Log.Add(new Struck(_world.Loop.Now, "users rest, faults end"));
        _world.Heal();
        _havoc.Heal();
        _gossip.End();
        _world.IsApproved = true;
        var healed = _world.Loop.Now;
        for (var isResting = false; !isResting && _world.Loop.Now - healed < LongestRecovery;)
        {
            if (_world.Seed % 2 == 0 && _world.Loop.Now - healed < TimeSpan.FromHours(2))
            {
                new Steward(_world, _world.Chance(19), _cast.Values).ActOnAll();
            }

            var before = _world.Log.All.Count;
            _world.Loop.RunFor(Slice);
            isResting = _world.Loop.Now - healed >= 3 * Slice && !_world.Log.All.Skip(before).Any(IsWork);
        }
    }

    private static bool IsWork(Happening happening) =>
        happening is Sent or FieldChanged or RecordChanged or PairStored or QuestionChanged or IntentJournalled or StateRestored || happening is CycleEnded { Result: null };

    // A full look at both sides finds what no list of changes tells. Then one more must find nothing.
    private void Sweep()
    {
        foreach (var process in _world.Processes.ToList())
        {
            process.Stop();
            _world.Loop.RunFor(TimeSpan.FromMinutes(3));
            process.Kill("after its grace");
        }

        _world.Loop.RunFor(TimeSpan.FromMinutes(10));
        var person = _world.NewProcess();
        for (var i = 0; i < Syncs; i++)
        {
            SyncAll(person);
        }

        _checkers.Rest();
        SyncAll(person);
    }

    private void SyncAll(DaemonProcess person)
    {
        foreach (var table in _world.Tables)
        {
            var sync = person.SyncAsync(table, new CycleRequest("sync") { FullCrm = true, FullWarehouse = true, Approved = true, Holder = "person" });
            var done = _world.Loop.RunUntil(() => sync.IsCompleted, _world.Loop.Now + TimeSpan.FromHours(1));
            if (!done || sync.Result is not CycleOutcome.Done)
            {
                _violations.Add(new Violation("I1", $"a sync at rest {(done ? $"is {sync.Result}" : "does not end")}", table.Name, []));
            }
        }

        _world.Store.Build();
        _world.Loop.RunFor(TimeSpan.FromMinutes(20));
    }
}
