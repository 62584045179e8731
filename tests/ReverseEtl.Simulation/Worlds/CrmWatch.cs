using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>
/// Sees every effect in the CRM by comparing its records before and after whatever was done there, so that nothing the engine or its
/// models say about themselves has to be believed.
/// </summary>
public sealed class CrmWatch(ICrmDesk desk, EventLog log, Func<DateTimeOffset> now)
{
    private readonly Dictionary<string, Dictionary<string, CrmSight>> _last =
        Table.All.ToDictionary(t => t.Name, _ => new Dictionary<string, CrmSight>(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>The records as last seen, by table and id.</summary>
    public IReadOnlyDictionary<string, CrmSight> Records(Table table) => _last[table.Name];

    /// <summary>Notes what changed since the last look, as the work of this author.</summary>
    public void Note(Author author)
    {
        foreach (var table in Table.All)
        {
            Note(table, author);
        }
    }

    private void Note(Table table, Author author)
    {
        var last = _last[table.Name];
        var now = desk.Look(table);
        foreach (var sight in now)
        {
            Compare(table, last.GetValueOrDefault(sight.Id), sight, author);
            last[sight.Id] = sight;
        }

        if (now.Count != last.Count)
        {
            foreach (var purged in last.Keys.Except(now.Select(s => s.Id), StringComparer.Ordinal).ToList())
            {
                last.Remove(purged);
                Record(table, purged, Fate.Purged, null, author);
            }
        }
    }

    private void Compare(Table table, CrmSight? before, CrmSight after, Author author)
    {
        var fate = (before, after) switch
        {
            (null, _) => Fate.Created,
            ({ IsLive: true }, { MergedInto: not null }) => Fate.Merged,
            ({ IsLive: true }, { IsLive: false }) => Fate.Deleted,
            ({ IsLive: false }, { IsLive: true }) => Fate.Returned,
            _ => (Fate?)null,
        };
        if (fate is { } known)
        {
            Record(table, after.Id, known, after.MergedInto, author);
        }

        Field(table, after.Id, Table.KeyIn(desk.Kind), before?.Key, after.Key, author);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            Field(table, after.Id, table.Columns[i].In(desk.Kind), before?.Values[i], after.Values[i], author);
        }
    }

    private void Record(Table table, string id, Fate fate, string? into, Author author) =>
        log.Add(new RecordChanged(now(), table.Name, Side.Crm, id, fate, into, author));

    private void Field(Table table, string id, string field, string? before, string? after, Author author)
    {
        if (before != after)
        {
            log.Add(new FieldChanged(now(), table.Name, Side.Crm, id, field, before, after, author));
        }
    }
}
