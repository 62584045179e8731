using ReverseEtl.Engine.Cycles;
using ReverseEtl.Simulation.Daemons;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Mutants;
using ReverseEtl.Simulation.Workloads;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Running;

/// <summary>One run of one seed: chaos, healing, rest, and the questions at the end.</summary>
public static class SeedRun
{
    public static void Run(int seed, bool verbose)
    {
        using var world = new World(Swarm.Draw(seed));
        if (verbose)
        {
            world.Log.Happened += h => Console.Write(EventLog.Line(h));
        }

        var cast = new Cast(world);
        var havoc = new Havoc(world);
        cast.Furnish();
        Workflow.Install(world);
        world.StartProcess();
        cast.Begin();
        havoc.Begin();
        world.Loop.RunFor(world.Swarm.Chaos);
        world.Heal();
        havoc.Heal();
        world.IsApproved = true;
        world.Loop.RunFor(TimeSpan.FromHours(2));
        Console.WriteLine($"{seed} {world.Swarm.Crm} events {world.Loop.Events} log {world.Log.All.Count} {world.Log.Fingerprint()[..12]} crashed {world.Crashed}");
        foreach (var bug in world.Log.All.OfType<CycleEnded>().Where(e => e.IsBug).Take(1))
        {
            Console.WriteLine(bug);
        }
    }
}
