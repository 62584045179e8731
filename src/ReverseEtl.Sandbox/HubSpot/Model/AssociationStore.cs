namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Which records belong together, and as what. Every link is held from both ends.</summary>
internal sealed class AssociationStore(AssociationTypes types)
{
    private readonly Dictionary<(string Type, long Id), SortedDictionary<(string Type, long Id), SortedSet<int>>> _links = [];

    /// <summary>The records of one type that a record is linked to, by id; archived ones too.</summary>
    public IEnumerable<(long Id, IReadOnlyCollection<int> Types)> Of(string type, long id, string toType) =>
        _links.TryGetValue((type, id), out var ends)
            ? ends.Where(e => e.Key.Type == toType).Select(e => (e.Key.Id, (IReadOnlyCollection<int>)e.Value))
            : [];

    /// <summary>The type ids of one link; none when there is no link.</summary>
    public IReadOnlyCollection<int> Between(string type, long id, string toType, long toId) =>
        _links.TryGetValue((type, id), out var ends) && ends.TryGetValue((toType, toId), out var found) ? found : [];

    /// <summary>All records that a record is linked to.</summary>
    public IReadOnlyList<(string Type, long Id)> Ends(string type, long id) =>
        _links.TryGetValue((type, id), out var ends) ? [.. ends.Keys] : [];

    /// <summary>Makes these the types of a link, none to end it.</summary>
    public void Set(string type, long id, string toType, long toId, IReadOnlyCollection<int> typeIds)
    {
        Put((type, id), (toType, toId), typeIds);
        Put((toType, toId), (type, id), [.. typeIds.Select(t => types.Get(t).Inverse)]);
    }

    /// <summary>Ends all links of an object type that is no more.</summary>
    public void Forget(string type)
    {
        foreach (var from in _links.Keys.Where(k => k.Type == type).ToList())
        {
            _links.Remove(from);
        }

        foreach (var ends in _links.Values)
        {
            ends.Keys.Where(k => k.Type == type).ToList().ForEach(to => ends.Remove(to));
        }
    }

    private void Put((string Type, long Id) from, (string Type, long Id) to, IReadOnlyCollection<int> typeIds)
    {
        if (!_links.TryGetValue(from, out var ends))
        {
            _links[from] = ends = [];
        }

        if (typeIds.Count == 0)
        {
            ends.Remove(to);
        }
        else
        {
            ends[to] = [.. typeIds];
        }
    }
}
