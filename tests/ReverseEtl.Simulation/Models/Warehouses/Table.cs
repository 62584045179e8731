using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>A table and what is stored in it.</summary>
internal sealed class Table(TableShape shape)
{
    private readonly SortedDictionary<long, TableRow> _rows = [];
    private long _lastId;
    private long _lastMadeKey;

    public string Name => Shape.Name;

    public TableShape Shape { get; private set; } = shape;

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyCollection<TableRow> Rows => _rows.Values;

    /// <summary>Keys of rows that an open transaction of the engine has written.</summary>
    public HashSet<string> Locked { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it is there, but not for us.</summary>
    public bool IsHidden { get; set; }

    public int[] KeyColumns => [.. Shape.Key.Select(Column)];

    /// <summary>Where a column is.</summary>
    /// <exception cref="PortException">There is none of this name.</exception>
    public int Column(string name) => Find(name) is >= 0 and var at
        ? at
        : throw new PortException(PortTrouble.Refused, $"{Name} has no column '{name}'.");

    public int Find(string name)
    {
        for (var i = 0; i < Shape.Columns.Count; i++)
        {
            if (Shape.Columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    public long NextId() => ++_lastId;

    /// <summary>A key that the table makes; never one that it had before.</summary>
    public string MakeKey() => $"{++_lastMadeKey}";

    public void Put(TableRow row) => _rows[row.Id] = row;

    public void Remove(long id) => _rows.Remove(id);

    /// <summary>Adds an empty column to all rows.</summary>
    public void AddColumn(TableColumn column)
    {
        Shape = Shape with { Columns = [.. Shape.Columns, column] };
        foreach (var row in _rows.Values.ToList())
        {
            _rows[row.Id] = row with { Cells = [.. row.Cells, FieldValue.Null], Times = [.. row.Times, default] };
        }
    }

    public SideSchema Describe() => new(Name, Shape.Columns.ToDictionary(column => column.Name, Describe, StringComparer.Ordinal)) { HashesRows = true };

    private FieldSchema Describe(TableColumn column)
    {
        var isKey = Shape.Key.Contains(column.Name);
        return new(column.Name, column.Type)
        {
            Required = (column.IsRequired || (isKey && Shape.IsKeyUnique && !Shape.MakesKeys)) && column.Default is null,
            Unique = column.IsUnique || (isKey && Shape is { IsKeyUnique: true, Key.Count: 1 }),
        };
    }
}
