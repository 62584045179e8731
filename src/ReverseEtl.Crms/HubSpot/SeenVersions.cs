namespace ReverseEtl.Crms.HubSpot;

/// <summary>The last version of records about which something is known. Forgets the oldest first; safe for concurrent use.</summary>
internal sealed class SeenVersions(int capacity = 100_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Type, string Id), DateTimeOffset> _versions = [];
    private readonly Queue<(string Type, string Id)> _order = new();

    /// <summary>Remembers a record at this version.</summary>
    public void Remember(HubSpotObject type, string id, DateTimeOffset version)
    {
        lock (_gate)
        {
            if (_versions.TryAdd((type.Type, id), version))
            {
                _order.Enqueue((type.Type, id));
            }
            else
            {
                _versions[(type.Type, id)] = version;
            }

            if (_order.Count > capacity)
            {
                _versions.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>Whether the record was remembered at just this version.</summary>
    public bool Holds(HubSpotObject type, string id, DateTimeOffset version)
    {
        lock (_gate)
        {
            return _versions.TryGetValue((type.Type, id), out var seen) && seen == version;
        }
    }
}
