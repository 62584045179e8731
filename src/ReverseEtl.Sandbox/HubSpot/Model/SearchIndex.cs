namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Lets searches see writes late: each snapshot becomes searchable after the index lag plus a random part.</summary>
/// <remarks>A record's snapshots never go backwards, but two records may become visible in the opposite order of their writes.</remarks>
internal sealed class SearchIndex(HubSpotSwitches switches, Random random)
{
    private readonly PriorityQueue<(CrmRecord Record, RecordState State), (DateTimeOffset Due, long Order)> _pending = new();
    private long _order;

    public void Enqueue(CrmRecord record, DateTimeOffset at)
    {
        var lag = switches.SearchIndexLagSeconds + (random.NextDouble() * switches.SearchIndexJitterSeconds);
        _pending.Enqueue((record, record.State), (at + TimeSpan.FromSeconds(lag), _order++));
    }

    public void CatchUp(DateTimeOffset now)
    {
        while (_pending.TryPeek(out _, out var due) && due.Due <= now)
        {
            var (record, state) = _pending.Dequeue();
            if (state.Version >= record.SearchableFrom && state.Version > (record.Indexed?.Version ?? 0))
            {
                record.Indexed = state;
            }
        }
    }
}
