using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>CRM records without a partner.</summary>
internal sealed class UnlinkedRows
{
    private readonly SortedDictionary<string, IReadOnlyList<ulong?>> _rows = new(Utf8Order.Instance);

    /// <summary>In the order of ids.</summary>
    public IReadOnlyList<string> Ids => [.. _rows.Keys];

    public IEnumerable<UnlinkedRecord> All => _rows.Select(row => new UnlinkedRecord(row.Key, row.Value));

    public ILookup<ulong, string> Find(int rule, IEnumerable<ulong> matchKeys)
    {
        var wanted = matchKeys.ToHashSet();
        return _rows.Where(row => rule < row.Value.Count && row.Value[rule] is { } hash && wanted.Contains(hash))
            .ToLookup(row => row.Value[rule]!.Value, row => row.Key);
    }

    public void Store(IReadOnlyList<UnlinkedRecord> records)
    {
        foreach (var record in records)
        {
            _rows[record.CrmId] = [.. record.MatchKeys];
        }
    }

    public void Forget(IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            _rows.Remove(id);
        }
    }

    public UnlinkedRows Copy()
    {
        var copy = new UnlinkedRows();
        foreach (var (id, keys) in _rows)
        {
            copy._rows.Add(id, keys);
        }

        return copy;
    }
}
