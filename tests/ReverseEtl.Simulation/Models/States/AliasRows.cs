namespace ReverseEtl.Simulation.Models.States;

/// <summary>CRM ids that were merged away. Every one points at the last of its chain.</summary>
internal sealed class AliasRows
{
    private readonly SortedDictionary<string, AliasRow> _rows = new(Utf8Order.Instance);

    public IEnumerable<(string Loser, string Winner)> All => _rows.Select(row => (row.Key, row.Value.Winner));

    public string WinnerOf(string id) => _rows.TryGetValue(id, out var row) ? row.Winner : id;

    /// <summary>The ids that were merged into one of these, in the order in which that was seen.</summary>
    public IReadOnlyList<string> LosersOf(IReadOnlyCollection<string> winners) =>
        [.. _rows.Where(row => winners.Contains(row.Value.Winner)).OrderBy(row => row.Value.SeenAt).Select(row => row.Key)];

    /// <summary>Follows merges, oldest first. When an id wins that had lost to its own loser, it was restored: the newer merge counts.</summary>
    public void Add(IReadOnlyList<(string Loser, string Winner)> merges, DateTimeOffset at)
    {
        foreach (var (loser, named) in merges.Where(merge => merge.Loser != merge.Winner))
        {
            var winner = WinnerOf(named);
            if (winner == loser)
            {
                _rows.Remove(named);
                winner = named;
            }

            _rows[loser] = new(winner, Micros.Stored(at));
            foreach (var other in _rows.Where(row => row.Value.Winner == loser).Select(row => row.Key).ToList())
            {
                _rows[other] = new(winner, Micros.Stored(at));
            }
        }
    }

    /// <summary>These are alive, whatever was merged away under their ids before: the CRM restored them.</summary>
    public void Revive(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            _rows.Remove(id);
        }
    }

    public AliasRows Copy()
    {
        var copy = new AliasRows();
        foreach (var (loser, row) in _rows)
        {
            copy._rows.Add(loser, row);
        }

        return copy;
    }

    private sealed record AliasRow(string Winner, DateTimeOffset SeenAt);
}
