using ReverseEtl.Simulation.Daemons;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Models.States;
using ReverseEtl.Simulation.Network;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Workloads;

/// <summary>What befalls the daemon and its surroundings while users work.</summary>
public sealed class Havoc(World world)
{
    private readonly Random _random = world.Chance(13);
    private readonly List<Action> _undone = [];
    private int _bulk;
    private StateSnapshot? _backup;
    private DateTimeOffset _backupAt;

    /// <summary>Plans all blows of the seed.</summary>
    public void Begin()
    {
        foreach (var (blow, times) in world.Swarm.Blows.OrderBy(b => b.Key))
        {
            for (var i = 0; i < times; i++)
            {
                world.Loop.After(_random.NextDouble() * world.Swarm.Chaos, () => Strike(blow));
            }
        }

        if (world.Swarm.Blows.ContainsKey(Blow.StateRestored))
        {
            world.Loop.After(_random.NextDouble() * world.Swarm.Chaos / 2, () => (_backup, _backupAt) = (world.Memory.Snapshot(), world.Loop.Now));
        }
    }

    /// <summary>Everything that was taken away is given back, and one daemon is left.</summary>
    public void Heal()
    {
        _undone.ForEach(undo => undo());
        _undone.Clear();
        foreach (var extra in world.Processes.Skip(1).ToList())
        {
            extra.Kill("to leave one");
        }

        if (world.Processes.Count == 0)
        {
            world.StartProcess();
        }
        else
        {
            world.Processes[0].KillAt = null;
        }
    }

    private void Strike(Blow blow)
    {
        switch (blow)
        {
            case Blow.Kill: Kill(); break;
            case Blow.Restart: Restart(); break;
            case Blow.SecondDaemon: SecondDaemon(); break;
            case Blow.LeaseLost: Strike(blow, "lease lost", () => world.Memory.Overtake(SomeTable().Name)); break;
            case Blow.ConnectionLost: Strike(blow, "connection to the state lost", () => world.Memory.Disconnect(SomeTable().Name)); break;
            case Blow.StateRestored: Restore(); break;
            case Blow.MappingEdited: Strike(blow, "mapping edited", () => world.Edit(Table.People, world.Draw.Edit(world.InForce(Table.People)))); break;
            case Blow.PermissionLost: LosePermission(); break;
            case Blow.RateLimited: Strike(blow, "rate limited", () => world.Network.Turn(new Storm(429, world.Loop.Now + Minutes(1, 20)))); break;
            case Blow.Outage: Strike(blow, "outage", () => world.Network.Turn(new Storm(503, world.Loop.Now + Minutes(1, 30)))); break;
            case Blow.BulkEdit: BulkEdit(); break;
            case Blow.Locked: Lock(); break;
        }
    }

    private void Strike(Blow blow, string counted, Action act)
    {
        world.Strike(counted, blow.ToString());
        act();
    }

    private void Kill()
    {
        if (Someone() is { } process)
        {
            process.KillAt = process.Ios + _random.Next(1, 120);
            world.Loop.After(Minutes(5, 25), StartIfNone);
        }
    }

    private void Restart()
    {
        if (Someone() is { } process)
        {
            world.Counters.Hit("daemon restarted");
            process.Stop();
            world.Loop.After(TimeSpan.FromMinutes(3), () => process.Kill("after its grace"));
            world.Loop.After(TimeSpan.FromMinutes(4), StartIfNone);
        }
    }

    private void SecondDaemon()
    {
        world.Counters.Hit("two daemons at once");
        var second = world.StartProcess();
        world.Loop.After(Minutes(10, 60), () =>
        {
            second.Kill("as the second one");
            StartIfNone();
        });
    }

    private void Restore()
    {
        if (_backup is not { } backup)
        {
            return;
        }

        foreach (var process in world.Processes.ToList())
        {
            process.Kill("for the restore");
        }

        world.Counters.Hit("state restored");
        world.Memory.Restore(backup);
        world.StateWatch.Restored(_backupAt);
        world.Loop.After(Minutes(1, 10), StartIfNone);
    }

    private void LosePermission()
    {
        var mapping = world.InForce(Table.People);
        var field = mapping.Fields[_random.Next(2, mapping.Fields.Count)].Crm;
        void GiveBack() => world.Desk.Hide(Table.People, field, isHidden: false);
        world.Strike("permission lost", $"{field} is hidden from the integration");
        world.Desk.Hide(Table.People, field, isHidden: true);
        _undone.Add(GiveBack);
        world.Loop.After(Minutes(5, 40), GiveBack);
    }

    private void BulkEdit()
    {
        var column = Table.People.Columns.First(c => c.Name == "job_title");
        var ids = world.CrmWatch.Records(Table.People).Values.Where(r => r.IsLive).Select(r => r.Id).ToList();
        if (ids.Count > 0)
        {
            world.Counters.Hit("records with one change time");
            try
            {
                world.Desk.EditAll(Table.People, ids, column.In(world.Desk.Kind), $"v{60_000 + ++_bulk}");
            }
            catch (DeskException)
            {
                world.Counters.Hit("a person was refused by the CRM");
            }

            world.CrmWatch.Note(new Author(AuthorKind.User, "bulk"));
        }
    }

    private void Lock()
    {
        var live = world.CrmWatch.Records(Table.People).Values.Where(r => r.IsLive).ToList();
        if (live.Count > 0)
        {
            world.Counters.Hit("record locked");
            world.Desk.Lock(live[_random.Next(live.Count)].Id, _random.Next(1, 4));
        }
    }

    private DaemonProcess? Someone() => world.Processes.Count == 0 ? null : world.Processes[_random.Next(world.Processes.Count)];

    private Table SomeTable() => world.Tables[_random.Next(world.Tables.Count)];

    private void StartIfNone()
    {
        if (world.Processes.Count == 0)
        {
            world.StartProcess();
        }
    }

    private TimeSpan Minutes(int least, int most) => TimeSpan.FromMinutes(least + (_random.NextDouble() * (most - least)));
}
