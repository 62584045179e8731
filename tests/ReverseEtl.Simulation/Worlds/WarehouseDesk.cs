using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Models.Warehouses;
using ReverseEtl.Simulation.Scheduling;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>A row of a model as it truly is.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Values">Its values as neutral text, in the order of the columns; null for null.</param>
public sealed record RowSight(string Key, string?[] Values);

/// <summary>What data engineers and their jobs do in the simulated warehouse. Every effect on a model goes into the log.</summary>
/// <remarks>
/// Where pulled values land, engineers edit a table that the model is built from together with what landed; otherwise the model is the table.
/// </remarks>
public sealed class WarehouseDesk
{
    private readonly EventLoop _loop;
    private readonly EventLog _log;
    private readonly Swarm _swarm;
    private readonly Random _random;

    /// <summary>A warehouse without rows.</summary>
    public WarehouseDesk(EventLoop loop, EventLog log, Swarm swarm)
    {
        (_loop, _log, _swarm, _random) = (loop, log, swarm, new Random(swarm.Seed));
        Memory = new WarehouseMemory(new SimTime(loop, Life.Everlasting))
        {
            ClockSkew = swarm.WarehouseSkew,
            Database = swarm.SharesDatabase ? "simulated" : null,
            Watch = Note,
        };
        foreach (var table in Table.All)
        {
            Memory.Create(Shape(table));
        }

        if (swarm.Lands)
        {
            Memory.Create(new DbtModel(Table.People.Name, Staging, Table.People.Name) { StampsBuilds = swarm.Seed % 2 == 0 });
        }
    }

    /// <summary>The database itself.</summary>
    public WarehouseMemory Memory { get; }

    /// <summary>Whose statement it is that takes effect.</summary>
    public string Acting { get; set; } = "nobody";

    private const string Staging = "people_staging";

    /// <summary>The rows of the model, by key.</summary>
    public IReadOnlyDictionary<string, RowSight> Rows(Table table) => Memory.Rows(table.Name).ToDictionary(
        r => r.Key!, r => new RowSight(r.Key!, [.. table.Columns.Select(c => r[c.Name].Text)]), StringComparer.Ordinal);

    /// <summary>Adds a row.</summary>
    public void Insert(Table table, string key, IReadOnlyDictionary<string, string?> values) =>
        Engineer().Insert(Edited(table), [(Table.Key, key), .. values.Select(v => (v.Key, v.Value))]);

    /// <summary>Changes a column.</summary>
    public void Update(Table table, string key, string column, string? value) => Engineer().Update(Edited(table), key, (column, value));

    /// <summary>Removes a row.</summary>
    public void Delete(Table table, string key) => Engineer().Delete(Edited(table), key);

    /// <summary>Gives a row another key.</summary>
    public void Rekey(Table table, string key, string another) => Engineer().Rekey(Edited(table), key, another);

    /// <summary>Builds the models anew.</summary>
    public void Build()
    {
        if (_swarm.Lands)
        {
            Memory.Build(Table.People.Name);
        }
    }

    private WarehouseUser Engineer()
    {
        var lag = _random.Next(3) == 0 ? _swarm.CommitLag * _random.NextDouble() : TimeSpan.Zero;
        _loop.After(lag, Memory.CommitDue);
        return Memory.As("engineer", lag);
    }

    private string Edited(Table table) => _swarm.Lands && table == Table.People ? Staging : table.Name;

    private TableShape Shape(Table table) => new(Edited(table),
    [
        new TableColumn(Table.Key, new FieldType(FieldKind.Text)) { IsRequired = true },
        .. table.Columns.Select(c => new TableColumn(c.Name, new FieldType(c.Kind switch
        {
            ColumnKind.Number => FieldKind.Decimal,
            ColumnKind.Set => FieldKind.MultiPicklist,
            ColumnKind.Email => FieldKind.Email,
            _ => FieldKind.Text,
        }))),
        new TableColumn(Table.ChangedAt, new FieldType(FieldKind.Timestamp) { Resolution = TimeSpan.FromMicroseconds(1) }),
    ])
    {
        Key = [Table.Key],
        ChangedAt = Table.ChangedAt,
        StampsEngineWrites = _swarm.Seed % 3 == 0,
    };

    private void Note(WarehouseEvent happened)
    {
        var author = happened.By switch
        {
            WarehouseEvent.Engine => new Author(AuthorKind.Engine, Acting),
            WarehouseEvent.Build => new Author(AuthorKind.Workflow, "build"),
            _ => new Author(AuthorKind.User, happened.By),
        };
        var table = Table.All.FirstOrDefault(t => t.Name == happened.Table);
        var cells = happened.Cells.Where(c => c.Column is not Table.ChangedAt).ToList();
        var key = happened.Key ?? "";
        if (table is null)
        {
            cells.ForEach(cell => _log.Add(new Staged(_loop.Now, happened.Table, key, cell.Column, cell.After.Text, author)));
        }
        else if (happened.Change is RowChange.Update && cells.Find(c => c.Column == Table.Key).After.Text is { } rekeyed)
        {
            Rekeyed(table, key, rekeyed, author);
        }
        else
        {
            Changed(table, key, happened.Change, cells, author);
        }
    }

    private void Changed(Table table, string key, RowChange change, List<CellChange> cells, Author author)
    {
        if (change is not RowChange.Update)
        {
            Record(table, key, change is RowChange.Insert ? Fate.Created : Fate.Deleted, author);
        }

        foreach (var cell in cells.Where(c => change is not RowChange.Delete && c.Column is not Table.Key && c.Before.Text != c.After.Text))
        {
            _log.Add(new FieldChanged(_loop.Now, table.Name, Side.Warehouse, key, cell.Column, cell.Before.Text, cell.After.Text, author));
        }
    }

    // A row with another key is another row to everybody who goes by keys.
    private void Rekeyed(Table table, string key, string another, Author author)
    {
        Record(table, key, Fate.Deleted, author);
        Record(table, another, Fate.Created, author);
        var row = Rows(table)[another];
        for (var i = 0; i < table.Columns.Count; i++)
        {
            _log.Add(new FieldChanged(_loop.Now, table.Name, Side.Warehouse, another, table.Columns[i].Name, null, row.Values[i], author));
        }
    }

    private void Record(Table table, string key, Fate fate, Author author) =>
        _log.Add(new RecordChanged(_loop.Now, table.Name, Side.Warehouse, key, fate, null, author));
}
