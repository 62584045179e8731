namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>What getDeleted reports for one object: deletions of the last days, undeleted records taken out.</summary>
internal sealed class DeleteLog
{
    private readonly LinkedList<(string Id, DateTimeOffset At)> _entries = [];
    private readonly Dictionary<string, LinkedListNode<(string Id, DateTimeOffset At)>> _byId = new(StringComparer.Ordinal);

    /// <summary>Set when the log was purged early (reference §6.3); entries before it are gone.</summary>
    public DateTimeOffset? PurgedBefore { get; private set; }

    public void Add(string id, DateTimeOffset at)
    {
        Remove(id);
        _byId[id] = _entries.AddLast((id, at));
    }

    public void Remove(string id)
    {
        if (_byId.Remove(id, out var node))
        {
            _entries.Remove(node);
        }
    }

    public void Purge(DateTimeOffset now)
    {
        _entries.Clear();
        _byId.Clear();
        PurgedBefore = now;
    }

    /// <summary>Deletions from <paramref name="start"/> until before <paramref name="end"/>.</summary>
    public IEnumerable<(string Id, DateTimeOffset At)> Between(DateTimeOffset start, DateTimeOffset end) =>
        _entries.Where(e => e.At >= start && e.At < end);
}
