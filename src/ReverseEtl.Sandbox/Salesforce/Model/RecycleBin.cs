namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>Deleted records in the order of their deletion.</summary>
internal sealed class RecycleBin
{
    /// <summary>How long a record stays before it is purged (reference §6.5).</summary>
    private static readonly TimeSpan Age = TimeSpan.FromDays(15);
    private readonly LinkedList<RecycledRecord> _entries = [];
    private readonly Dictionary<SfRecord, LinkedListNode<RecycledRecord>> _byRecord = [];

    public void Add(RecycledRecord entry) => _byRecord[entry.Record] = _entries.AddLast(entry);

    /// <summary>Takes a record out; null when it is not there.</summary>
    public RecycledRecord? Take(SfRecord record)
    {
        if (!_byRecord.Remove(record, out var node))
        {
            return null;
        }

        _entries.Remove(node);
        return node.Value;
    }

    /// <summary>Takes out everything, oldest first.</summary>
    public IEnumerable<SfRecord> TakeAll()
    {
        while (_entries.First is { } oldest)
        {
            yield return Take(oldest.Value.Record)!.Record;
        }
    }

    /// <summary>Takes out what has been in for too long, oldest first.</summary>
    public IEnumerable<SfRecord> TakeExpired(DateTimeOffset now)
    {
        while (_entries.First is { } oldest && oldest.Value.DeletedAt + Age <= now)
        {
            yield return Take(oldest.Value.Record)!.Record;
        }
    }
}
