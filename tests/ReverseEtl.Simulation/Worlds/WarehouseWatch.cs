using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>Sees every effect on the models of the warehouse, like <see cref="CrmWatch"/>.</summary>
public sealed class WarehouseWatch(IWarehouseDesk desk, EventLog log, Func<DateTimeOffset> now)
{
    private readonly Dictionary<string, Dictionary<string, RowSight>> _last =
        Table.All.ToDictionary(t => t.Name, _ => new Dictionary<string, RowSight>(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>The rows as last seen, by key.</summary>
    public IReadOnlyDictionary<string, RowSight> Rows(Table table) => _last[table.Name];

    /// <summary>Notes what changed since the last look, as the work of this author.</summary>
    public void Note(Author author)
    {
        foreach (var table in Table.All)
        {
            var last = _last[table.Name];
            var rows = desk.Look(table);
            foreach (var row in rows)
            {
                Compare(table, last.GetValueOrDefault(row.Key), row, author);
                last[row.Key] = row;
            }

            if (rows.Count != last.Count)
            {
                foreach (var gone in last.Keys.Except(rows.Select(r => r.Key), StringComparer.Ordinal).ToList())
                {
                    last.Remove(gone);
                    log.Add(new RecordChanged(now(), table.Name, Side.Warehouse, gone, Fate.Deleted, null, author));
                }
            }
        }
    }

    private void Compare(Table table, RowSight? before, RowSight after, Author author)
    {
        if (before is null)
        {
            log.Add(new RecordChanged(now(), table.Name, Side.Warehouse, after.Key, Fate.Created, null, author));
        }

        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (before?.Values[i] != after.Values[i])
            {
                log.Add(new FieldChanged(
                    now(), table.Name, Side.Warehouse, after.Key, table.Columns[i].Name, before?.Values[i], after.Values[i], author));
            }
        }
    }
}
