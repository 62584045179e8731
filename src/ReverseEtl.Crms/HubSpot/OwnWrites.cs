using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// The latest writes of this connection that HubSpot confirmed, with what they stored: they are found again in histories, and show under which
/// source HubSpot files them. Forgets the oldest first; safe for concurrent use.
/// </summary>
internal sealed class OwnWrites
{
    private const int Most = 500;

    // An entry is made while the write is carried out, so before the version that its answer tells; a second for times that were rounded.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Queue<Write> _writes = new();

    /// <summary>Takes note of a write that was confirmed.</summary>
    /// <param name="type">Object type.</param>
    /// <param name="id">Record.</param>
    /// <param name="version">The record's version that the write led to.</param>
    /// <param name="stored">What it stored.</param>
    public void Note(HubSpotObject type, string id, DateTimeOffset version, IReadOnlyDictionary<string, FieldValue> stored)
    {
        lock (_gate)
        {
            _writes.Enqueue(new Write(type.Type, id, version, stored));
            if (_writes.Count > Most)
            {
                _writes.Dequeue();
            }
        }
    }

    /// <summary>The entries of a record's histories that writes of ours made: the same value at the same time, and by no person.</summary>
    public IEnumerable<WireVersion> In(HubSpotObject type, WireRecord record, Func<string, FieldType> typeOf)
    {
        List<Write> writes;
        lock (_gate)
        {
            writes = [.. _writes.Where(write => write.Type == type.Type && write.Id == record.Id)];
        }

        return
            from write in writes
            from field in write.Stored
            from entry in record.History(field.Key)
            where !entry.IsByPerson && HubSpotValues.TryInstant(entry.Timestamp, out var at) && at >= write.Version - Before && at <= write.Version + After
                && typeOf(field.Key).Same(HubSpotValues.Read(typeOf(field.Key), entry.Value), field.Value)
            select entry;
    }

    private sealed record Write(string Type, string Id, DateTimeOffset Version, IReadOnlyDictionary<string, FieldValue> Stored);
}
