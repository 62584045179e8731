using ReverseEtl.Core.Mappings;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Workloads;

/// <summary>Everybody but the engine: data engineers, people in the CRM, its automation, and the steward who answers questions.</summary>
/// <remarks>A few records are hot: edits that meet are what is wanted.</remarks>
public sealed class Cast
{
    private readonly World _world;
    private readonly Random _random;
    private readonly List<string> _goneKeys = [];
    private int _rows;

    /// <summary>Nobody has done anything yet.</summary>
    public Cast(World world)
    {
        (_world, _random) = (world, world.Chance(11));
        Values = new Values(_random);
    }

    /// <summary>What users type.</summary>
    public Values Values { get; }

    /// <summary>The rows and records that are there before the daemon is.</summary>
    public void Furnish()
    {
        foreach (var table in _world.Tables)
        {
            for (var i = 0; i < (table == Table.Accounts ? 2 : _world.Swarm.Records); i++)
            {
                AddRow(table);
            }
        }

        // Some records were there before: with an address that finds a row, with a key, with neither.
        for (var i = _random.Next(4); i > 0; i--)
        {
            TypeRecord();
        }
    }

    /// <summary>Lets everybody loose for as long as chaos lasts.</summary>
    public void Begin()
    {
        for (var i = 0; i < _world.Swarm.Deeds; i++)
        {
            _world.Loop.After(_random.NextDouble() * _world.Swarm.Chaos, Act);
        }

        _world.Contend = () => Enumerable.Range(0, 3).ToList().ForEach(_ => EditRow());
    }

    private void Act()
    {
        switch (_random.Next(100))
        {
            case < 30: EditRow(); break;
            case < 60: EditRecord(); break;
            case < 72: EditBoth(); break;
            case < 76: AddRow(_random.Next(4) == 0 && _world.Swarm.Refers ? Table.Accounts : Table.People); break;
            case < 79: RemoveRow(); break;
            case < 81: ReturnRow(); break;
            case < 82: Rekey(); break;
            case < 85: TypeRecord(); break;
            case < 88: OnRecord((table, sight) => _world.Desk.Delete(table, sight.Id)); break;
            case < 90: OnDeleted((table, sight) => _world.Desk.Undelete(table, sight.Id)); break;
            case < 91: OnDeleted((table, sight) => _world.Desk.Purge(table, sight.Id)); break;
            case < 93: Merge(); break;
            case < 94: GiveKey(); break;
            case < 95: OnRecord((table, sight) => _world.Desk.Touch(table, sight.Id)); break;
            default: Answer(); break;
        }
    }

    /// <summary>The steward decides one open question, or has rejects tried again.</summary>
    public void Answer() => new Steward(_world, _random, Values).Act();

    private Table SomeTable() => _world.Swarm.Refers && _random.Next(6) == 0 ? Table.Accounts : Table.People;

    private Column SomeColumn(Table table)
    {
        var mapped = _world.InForce(table).Fields.Select(f => table.Columns.First(c => c.Name == f.Warehouse)).Where(c => c.Kind is not ColumnKind.Email).ToList();
        return mapped[_random.Next(mapped.Count)];
    }

    private RowSight? SomeRow(Table table) => Hot([.. _world.Store.Rows(table).Values]);

    private CrmSight? SomeRecord(Table table, bool isLive = true) =>
        Hot([.. _world.CrmWatch.Records(table).Values.Where(r => r.IsLive == isLive && (isLive || r.MergedInto is null))]);

    private T? Hot<T>(List<T> all)
        where T : class
    {
        var skewed = _random.NextDouble() * _random.NextDouble();
        return all.Count == 0 ? null : all[(int)(skewed * all.Count)];
    }

    private void EditRow()
    {
        var table = SomeTable();
        if (SomeRow(table) is { } row)
        {
            EditRow(table, row.Key, SomeColumn(table));
        }
    }

    private void EditRow(Table table, string key, Column column)
    {
        if (_world.Store.Rows(table).TryGetValue(key, out var row))
        {
            var value = column.Kind is ColumnKind.Reference
                ? SomeRow(Table.Accounts)?.Key
                : Values.Next("warehouse", key, column, row.Values[table.Columns.Index().First(c => c.Item == column).Index]);
            _world.Store.Update(table, key, column.Name, value);
        }
    }

    private void EditRecord()
    {
        var table = SomeTable();
        if (SomeRecord(table) is { } record)
        {
            EditRecord(table, record, SomeColumn(table));
        }
    }

    private void EditRecord(Table table, CrmSight record, Column column)
    {
        var now = record.Values[table.Columns.Index().First(c => c.Item == column).Index];
        var value = column.Kind is ColumnKind.Reference ? SomeRecord(Table.Accounts)?.Id : Values.Next("crm", record.Id, column, now);
        var hand = _random.Next(3) == 0 ? Hand.Colleague : Hand.Person;
        InCrm(hand, () => _world.Desk.Edit(table, record.Id, new Dictionary<string, string?> { [column.In(_world.Desk.Kind)] = value }, hand));
    }

    // The same field of the same entity, on both sides, within moments: sometimes within one second.
    private void EditBoth()
    {
        var table = SomeTable();
        if (SomeRow(table) is not { } row || _world.CrmWatch.Records(table).Values.FirstOrDefault(r => r.IsLive && r.Key == row.Key) is not { } record)
        {
            return;
        }

        var column = SomeColumn(table);
        EditRow(table, row.Key, column);
        _world.Loop.After(_random.NextDouble() * TimeSpan.FromSeconds(_random.Next(2) == 0 ? 1 : 600), () =>
        {
            if (_world.CrmWatch.Records(table).TryGetValue(record.Id, out var now) && now.IsLive)
            {
                EditRecord(table, now, column);
            }
        });
    }

    private void AddRow(Table table) => InsertRow(table, $"{(table == Table.Accounts ? "A" : "P")}-{++_rows}");

    private void InsertRow(Table table, string key)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var column in table.Columns)
        {
            values[column.Name] = column.Kind is ColumnKind.Reference ? SomeRow(Table.Accounts)?.Key
                : _random.Next(4) == 0 && column.Name is not ("email" or "last_name" or "name") ? null : Values.Fresh(column);
        }

        _world.Store.Insert(table, key, values);
    }

    private void RemoveRow()
    {
        if (SomeRow(Table.People) is { } row)
        {
            _goneKeys.Add(row.Key);
            _world.Store.Delete(Table.People, row.Key);
        }
    }

    private void ReturnRow()
    {
        if (_goneKeys.Count > 0 && _goneKeys[_random.Next(_goneKeys.Count)] is var key && !_world.Store.Rows(Table.People).ContainsKey(key))
        {
            InsertRow(Table.People, key);
        }
    }

    private void Rekey()
    {
        if (SomeRow(Table.People) is { } row)
        {
            _world.Store.Rekey(Table.People, row.Key, $"P-{++_rows}");
        }
    }

    private void TypeRecord()
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var column in Table.People.Columns.Where(c => c.Kind is not ColumnKind.Reference && (c.Name == "last_name" || _random.Next(2) == 0)))
        {
            fields[column.In(_world.Desk.Kind)] = column.Kind is ColumnKind.Email && SomeRow(Table.People)?.Values[0] is { } known && _random.Next(2) == 0
                ? known
                : Values.Fresh(column);
        }

        if (_random.Next(4) == 0)
        {
            fields[Table.KeyIn(_world.Desk.Kind)] = SomeRow(Table.People)?.Key ?? "P-none";
        }

        InCrm(Hand.Person, () => _world.Desk.Create(Table.People, fields, Hand.Person));
    }

    private void OnRecord(Action<Table, CrmSight> act)
    {
        if (SomeRecord(Table.People) is { } record)
        {
            InCrm(Hand.Person, () => act(Table.People, record));
        }
    }

    private void OnDeleted(Action<Table, CrmSight> act)
    {
        if (SomeRecord(Table.People, isLive: false) is { } record)
        {
            InCrm(Hand.Person, () => act(Table.People, record));
        }
    }

    private void Merge()
    {
        if (SomeRecord(Table.People) is { } winner && SomeRecord(Table.People) is { } loser && winner.Id != loser.Id)
        {
            InCrm(Hand.Person, () => _world.Desk.Merge(Table.People, winner.Id, loser.Id));
            _world.Counters.Hit("merge in the CRM");
        }
    }

    private void GiveKey()
    {
        var key = _random.Next(3) == 0 ? null : SomeRow(Table.People)?.Key;
        OnRecord((table, record) => _world.Desk.Edit(
            table, record.Id, new Dictionary<string, string?> { [Table.KeyIn(_world.Desk.Kind)] = key }, Hand.Person));
    }

    // What the CRM does not allow a person to do, did not happen.
    private void InCrm(Hand hand, Action act)
    {
        try
        {
            act();
        }
        catch (DeskException)
        {
            _world.Counters.Hit("a person was refused by the CRM");
        }

        _world.CrmWatch.Note(new Author(hand is Hand.OurUser or Hand.Automation ? AuthorKind.Workflow : AuthorKind.User, hand.ToString()));
    }
}
