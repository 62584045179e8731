using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Workloads;

/// <summary>
/// Automation of the CRM: when one field changed, it sets another, as the integration's own user or as somebody else; or it is stubborn and
/// sets a field back that the integration changed.
/// </summary>
public sealed class Workflow
{
    private readonly World _world;
    private readonly Random _random;
    private readonly string _cause;
    private readonly Column _effect;
    private readonly Hand _hand;
    private int _number = 50_000;

    private Workflow(World world)
    {
        (_world, _random) = (world, world.Chance(17));
        var mapping = world.InForce(Table.People);
        _cause = mapping.Fields[_random.Next(mapping.Fields.Count)].Crm;
        _effect = Table.People.Columns[2 + _random.Next(2)];
        _hand = _random.Next(2) == 0 ? Hand.OurUser : Hand.Automation;
    }

    /// <summary>Installs those that the seed has.</summary>
    public static void Install(World world)
    {
        if (world.Swarm.Stubborn)
        {
            world.Log.Happened += new Workflow(world).Resist;
        }

        if (world.Swarm.Workflow)
        {
            var workflow = new Workflow(world);
            world.Log.Happened += workflow.See;
        }
    }

    private void See(Happening happening)
    {
        if (happening is FieldChanged { Side: Side.Crm, Mapping: "people", By.Kind: not AuthorKind.Workflow } changed && changed.Field == _cause
            && _cause != _effect.In(_world.Desk.Kind) && _random.Next(2) == 0 && !_world.IsApproved)
        {
            _world.Loop.After(TimeSpan.FromSeconds(_random.Next(1, 90)), () => Act(changed.Record));
        }
    }

    // One field of a few records, so that a person is not drowned in it.
    private void Resist(Happening happening)
    {
        if (happening is FieldChanged { Side: Side.Crm, Mapping: "people", By.IsEngine: true, Before: { } before } changed && !_world.IsApproved
            && changed.Field == Table.People.Columns[1].In(_world.Desk.Kind) && !Lineage.Same(before, changed.After))
        {
            _world.Loop.After(TimeSpan.FromSeconds(_random.Next(5, 90)), () => Set(changed.Record, changed.Field, before, Hand.Automation));
        }
    }

    private void Act(string id) => Set(id, _effect.In(_world.Desk.Kind), $"v{++_number}", _hand);

    private void Set(string id, string field, string value, Hand hand)
    {
        if (_world.CrmWatch.Records(Table.People).TryGetValue(id, out var record) && record.IsLive)
        {
            try
            {
                _world.Desk.Edit(Table.People, id, new Dictionary<string, string?> { [field] = value }, hand);
                _world.Counters.Hit(hand is Hand.OurUser ? "workflow edits as our user" : "workflow edits as another");
            }
            catch (DeskException)
            {
                _world.Counters.Hit("a workflow was refused by the CRM");
            }

            _world.CrmWatch.Note(new Author(AuthorKind.Workflow, hand.ToString()));
        }
    }
}
