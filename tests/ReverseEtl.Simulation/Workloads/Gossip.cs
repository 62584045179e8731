using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Workloads;

/// <summary>
/// What the daemon hears from outside of records of the CRM, in some seeds: late, twice, in any order or never, of records that are gone or
/// none of its own; and what somebody makes up. It is never right to believe any of it.
/// </summary>
public sealed class Gossip(World world)
{
    private readonly Random _random = world.Chance(23);
    private int _forged;

    /// <summary>Lets people talk, in one seed of three.</summary>
    public void Begin()
    {
        if (_random.Next(3) > 0)
        {
            return;
        }

        world.Log.Happened += Overhear;
        for (var i = _random.Next(1, 8); i > 0; i--)
        {
            world.Loop.After(_random.NextDouble() * world.Swarm.Chaos, Forge);
        }
    }

    /// <summary>Nothing is heard any more; what is on its way arrives.</summary>
    public void End() => world.Log.Happened -= Overhear;

    // Writes of our own are told like those of people.
    private void Overhear(Happening happening)
    {
        switch (happening)
        {
            case FieldChanged { Side: Side.Crm } changed:
                Tell("heard of a change", changed.Mapping, changed.Record);
                break;
            case RecordChanged { Side: Side.Crm, Fate: Fate.Created, By.IsEngine: false } typed:
                Tell("heard of a stranger", typed.Mapping, typed.Record);
                break;
            case RecordChanged { Side: Side.Crm, Fate: Fate.Merged } merged:
                Tell("heard of a deletion", merged.Mapping, merged.Record, merged.Into!);
                break;
            case RecordChanged { Side: Side.Crm } changed:
                Tell("heard of a deletion", changed.Mapping, changed.Record);
                break;
        }
    }

    private void Tell(string counted, string mapping, params string[] ids)
    {
        if (_random.Next(2) == 0)
        {
            return;
        }

        Hear(counted, mapping, ids, Delay());
        if (_random.Next(4) == 0)
        {
            Hear("heard of it twice", mapping, [.. ids, .. ids], Delay());
        }
    }

    // An id of another object, one that leads nowhere, and what is no id at all.
    private void Forge()
    {
        var others = world.CrmWatch.Records(Table.Accounts).Keys.Take(1);
        Hear("heard a forgery", Table.People.Name, [.. others, $"{900_000 + ++_forged}", "'; drop table", ""], TimeSpan.Zero);
    }

    // The endpoint of one process takes the call. When none is there the CRM gives up, sooner or later.
    private void Hear(string counted, string mapping, string[] ids, TimeSpan delay) => world.Loop.After(delay, () =>
    {
        if (world.Processes.Count > 0)
        {
            world.Counters.Hit(counted);
            world.Processes[_random.Next(world.Processes.Count)].Hear(Table.Of(mapping), ids);
        }
    });

    private TimeSpan Delay() => _random.NextDouble() * (_random.Next(5) == 0 ? TimeSpan.FromMinutes(20) : TimeSpan.FromSeconds(5));
}
