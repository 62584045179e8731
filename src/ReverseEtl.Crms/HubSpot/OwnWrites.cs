namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// The versions that this connection's latest writes gave their records, so that a read can tell whether a record's last change was
/// ours. HubSpot shows the author of a change only in the history. Forgets the oldest first; safe for concurrent use.
/// </summary>
internal sealed class OwnWrites(int capacity = 100_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Type, string Id), DateTimeOffset> _versions = [];
    private readonly Queue<(string Type, string Id)> _order = new();

    /// <summary>Remembers the version that a write led to.</summary>
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

    /// <summary>Whether the record is still as the last write left it.</summary>
    public bool IsLast(HubSpotObject type, string id, DateTimeOffset version)
    {
        lock (_gate)
        {
            return _versions.TryGetValue((type.Type, id), out var own) && own == version;
        }
    }
}
