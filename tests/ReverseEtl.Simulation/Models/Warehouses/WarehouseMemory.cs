using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Simulation.Models.Warehouses;

/// <summary>
/// The database behind <see cref="InMemoryWarehouse"/>: tables, models, and the people who work in them. Held to the same contract as the
/// Postgres warehouse, as far as that is not about SQL. Not safe for use by several threads.
/// </summary>
/// <param name="time">The true time.</param>
public sealed class WarehouseMemory(TimeProvider time)
{
    private readonly SortedDictionary<string, Table> _tables = new(Utf8Order.Instance);
    private readonly SortedDictionary<string, DbtModel> _models = new(Utf8Order.Instance);
    private readonly SortedDictionary<string, StateAnchor> _anchors = new(Utf8Order.Instance);
    private readonly List<RowRefusal> _refusals = [];
    private readonly List<PendingEdit> _pending = [];

    /// <summary>Which database it is, for rows that share a transaction with the state; null when none may.</summary>
    public string? Database { get; init; }

    /// <summary>How far the warehouse's clock is ahead of the true time.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>Is told of every change that becomes visible, in the order in which they do.</summary>
    public Action<WarehouseEvent> Watch { get; set; } = _ => { };

    /// <summary>The warehouse's clock.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + ClockSkew;

    internal IReadOnlyList<RowRefusal> Refusals => _refusals;

    /// <summary>Makes a table.</summary>
    public void Create(TableShape shape) => Make(shape);

    /// <summary>Fills a table: one text a column, null for nothing. Told to nobody; no rule but the types is checked.</summary>
    public void Load(string table, IEnumerable<string?[]> rows)
    {
        var into = Get(table);
        foreach (var row in rows)
        {
            var (cells, problem) = RowRules.Spell(into, into.Shape.Columns.Zip(row, (column, text) => (column.Name, FieldValue.Of(text))));
            into.Put(problem is null
                ? new TableRow(into.NextId(), [.. cells.Select(cell => cell.Value)], [.. cells.Select(_ => Now)])
                : throw new ArgumentException($"Table {table} takes no such row: {problem}."));
        }
    }

    /// <summary>Makes the table of a model, empty until it is built.</summary>
    public void Create(DbtModel model)
    {
        Make(Get(model.Base).Shape with { Name = model.Name });
        _models.Add(model.Name, model);
    }

    /// <summary>Builds a model anew: rows that come out as they were are left alone.</summary>
    public void Build(string model)
    {
        CommitDue();
        var (dbt, built) = (_models[model], Get(model));
        var draft = new TableDraft(built, built.KeyColumns);
        var standing = built.Rows.ToLookup(row => row.Key(built.KeyColumns)).ToDictionary(group => group.Key ?? "", group => new Queue<TableRow>(group));
        foreach (var cells in dbt.Rows(Get(dbt.Base), Find(LandingTarget.NameOf(dbt.Mapping)), Now))
        {
            var key = new TableRow(0, cells, []).Key(built.KeyColumns) ?? "";
            if (!standing.TryGetValue(key, out var rows) || !rows.TryDequeue(out var row))
            {
                draft.Add(cells, Now);
            }
            else if (IsOther(built, row, cells))
            {
                draft.Put(row with { Cells = cells });
            }
        }

        foreach (var row in standing.Values.SelectMany(rows => rows))
        {
            draft.Remove(row);
        }

        Tell(draft.Commit(WarehouseEvent.Build, Now));
    }

    /// <summary>Adds an empty column to a table.</summary>
    public void AddColumn(string table, TableColumn column) => Get(table).AddColumn(column);

    /// <summary>The engine may not see the table any more.</summary>
    public void Hide(string table) => Get(table).IsHidden = true;

    /// <summary>The engine may see the table again.</summary>
    public void Show(string table) => Get(table).IsHidden = false;

    /// <summary>A constraint from now on.</summary>
    public void Refuse(RowRefusal refusal) => _refusals.Add(refusal);

    /// <summary>The constraint is lifted.</summary>
    public void Accept(RowRefusal refusal) => _refusals.Remove(refusal);

    /// <summary>Somebody who works in the warehouse.</summary>
    /// <param name="name">Who.</param>
    /// <param name="commitsAfter">How long their transactions take.</param>
    public WarehouseUser As(string name, TimeSpan commitsAfter = default) => new(this, name, commitsAfter);

    /// <summary>Commits the transactions whose time has come. Everything that looks at the warehouse does so first.</summary>
    public void CommitDue()
    {
        while (_pending.Where(edit => edit.IsDue(Now)).MinBy(edit => edit.DueAt) is { } edit)
        {
            _pending.Remove(edit);
            var draft = new TableDraft(edit.Table, edit.Table.KeyColumns);
            edit.Change(draft);
            Tell(draft.Commit(edit.By, edit.DueAt));
        }
    }

    /// <summary>When the next transaction is to commit; null when none is open.</summary>
    public DateTimeOffset? NextCommit => _pending.Count == 0 ? null : _pending.Min(edit => edit.DueAt) - ClockSkew;

    /// <summary>The rows of a table in the order of keys, for checkers and people; those without a key last.</summary>
    public IReadOnlyList<RowView> Rows(string table)
    {
        CommitDue();
        var rows = Get(table);
        var columns = rows.Shape.Columns.Select(column => column.Name).ToList();
        return [.. InOrder(rows.Rows, rows.KeyColumns).Select(row => new RowView(row.Key(rows.KeyColumns), columns, row.Cells))];
    }

    /// <summary>The one row with the key, or null.</summary>
    public RowView? Row(string table, string key) => Rows(table).SingleOrDefault(row => row.Key == key);

    internal void Add(PendingEdit edit)
    {
        _pending.Add(edit);
        CommitDue();
    }

    internal void Tell(IReadOnlyList<WarehouseEvent> events)
    {
        foreach (var happened in events)
        {
            Watch(happened);
        }
    }

    internal Table Make(TableShape shape)
    {
        var table = new Table(shape);
        _tables.Add(shape.Name, table);
        return table;
    }

    internal Table? Find(string name) => _tables.GetValueOrDefault(name);

    internal Table Get(string name) => Find(name) ?? throw new ArgumentException($"The simulated warehouse has no table {name}.");

    /// <summary>The tables of this name in whatever schema.</summary>
    internal IReadOnlyList<Table> FindModel(string model) =>
        [.. _tables.Values.Where(table => !table.IsHidden && table.Name[(table.Name.IndexOf('.', StringComparison.Ordinal) + 1)..] == model)];

    internal StateAnchor? Anchor(string mapping) => _anchors.TryGetValue(mapping, out var anchor) ? anchor : null;

    internal void Remember(string mapping, StateAnchor anchor) => _anchors[mapping] = anchor;

    internal static IEnumerable<TableRow> InOrder(IEnumerable<TableRow> rows, int[] key) => rows
        .Select(row => (Row: row, Key: row.Key(key)))
        .OrderBy(row => row.Key is null).ThenBy(row => row.Key ?? "", Utf8Order.Instance).Select(row => row.Row);

    // A model that stamps its builds would otherwise change all rows every time.
    private static bool IsOther(Table table, TableRow row, FieldValue[] cells)
    {
        var stamp = table.Shape.ChangedAt is { } name ? table.Column(name) : -1;
        return cells.Where((cell, i) => i != stamp && cell != row.Cells[i]).Any();
    }
}
