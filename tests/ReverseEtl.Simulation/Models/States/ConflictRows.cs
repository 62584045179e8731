using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>Questions to people.</summary>
internal sealed class ConflictRows(Sequences sequences)
{
    private readonly SortedDictionary<long, Conflict> _open = [];
    private readonly SortedDictionary<long, ConflictHistory> _closed = [];

    /// <summary>In the order of ids.</summary>
    public IReadOnlyCollection<Conflict> Open => _open.Values;

    /// <summary>Open and closed, in the order of ids.</summary>
    public IEnumerable<ConflictHistory> All =>
        _closed.Values.Concat(_open.Values.Select(conflict => new ConflictHistory(conflict, null, null))).OrderBy(row => row.Conflict.Id);

    /// <summary>Opens questions, or refreshes those that are open. A decision about other values than are there now falls.</summary>
    public void Ask(IReadOnlyList<Conflict> conflicts, DateTimeOffset at)
    {
        foreach (var conflict in conflicts.LastBy(Question))
        {
            var open = _open.Values.FirstOrDefault(other => Question(other) == Question(conflict));
            var id = open?.Id ?? sequences.NextConflict();
            var isAsShown = open is not null && open.Warehouse == conflict.Warehouse && open.Crm == conflict.Crm;
            _open[id] = conflict with { Id = id, OpenedAt = open?.OpenedAt ?? Micros.Stored(at), Resolution = isAsShown ? open!.Resolution : null };
        }
    }

    public void Close(IReadOnlyList<ConflictClosing> closings, DateTimeOffset at)
    {
        foreach (var closing in closings.LastBy(closing => closing.Id))
        {
            Close(closing.Id, closing.Outcome, at);
        }
    }

    /// <summary>A record that has a row now, or is gone, is no longer one without a row.</summary>
    public void CloseOfRecords(IReadOnlyList<string> crmIds, DateTimeOffset at)
    {
        foreach (var conflict in _open.Values.Where(row => IsAboutRecord(row) && crmIds.Contains(row.CrmId!, StringComparer.Ordinal)).ToList())
        {
            Close(conflict.Id, conflict.Resolution is { } decision ? $"resolved: {Word(decision.Choice)}" : "no longer in question", at);
        }
    }

    /// <summary>Records a decision. Null when recorded, or why not.</summary>
    public string? Resolve(long id, Resolution resolution)
    {
        if (_closed.TryGetValue(id, out var closed))
        {
            return $"Conflict {id} is closed already: {closed.Outcome}.";
        }

        _open[id] = _open[id] with { Resolution = resolution };
        return null;
    }

    public Conflict? Find(long id) => _open.GetValueOrDefault(id) ?? _closed.GetValueOrDefault(id)?.Conflict;

    public ILookup<string, Conflict> OpenOf(IEnumerable<string> keys)
    {
        var wanted = keys.ToHashSet(StringComparer.Ordinal);
        return _open.Values.Where(row => row.Key is { } key && wanted.Contains(key)).ToLookup(row => row.Key!, StringComparer.Ordinal);
    }

    /// <summary>The latest question about each of these records as ones without a row.</summary>
    public IReadOnlyList<Conflict> LatestOfRecords(IEnumerable<string> crmIds)
    {
        var wanted = crmIds.ToHashSet(StringComparer.Ordinal);
        return [.. All.Select(row => row.Conflict).Where(row => IsAboutRecord(row) && wanted.Contains(row.CrmId!))
            .GroupBy(row => row.CrmId!, StringComparer.Ordinal).OrderBy(group => group.Key, Utf8Order.Instance).Select(group => group.Last())];
    }

    public ConflictRows Copy(Sequences copied)
    {
        var copy = new ConflictRows(copied);
        foreach (var (id, row) in _open)
        {
            copy._open.Add(id, row);
        }

        foreach (var (id, row) in _closed)
        {
            copy._closed.Add(id, row);
        }

        return copy;
    }

    private void Close(long id, string outcome, DateTimeOffset at)
    {
        if (_open.Remove(id, out var conflict))
        {
            _closed.Add(id, new(conflict, outcome, Micros.Stored(at)));
        }
    }

    private static (ConflictKind Kind, string? Key, string? CrmId, string? Field) Question(Conflict conflict) =>
        (conflict.Kind, conflict.Key, conflict.CrmId, conflict.Field);

    private static bool IsAboutRecord(Conflict conflict) => conflict is { Key: null, Kind: ConflictKind.NewInCrm, CrmId: not null };

    private static string Word(ResolutionChoice choice) => choice switch
    {
        ResolutionChoice.Warehouse => "warehouse",
        ResolutionChoice.Crm => "crm",
        ResolutionChoice.Value => "value",
        _ => "ignore",
    };
}
