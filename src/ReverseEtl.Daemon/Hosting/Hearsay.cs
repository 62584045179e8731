namespace ReverseEtl.Daemon.Hosting;

/// <summary>CRM records of which a loop was told and at which it has not looked yet. Safe for concurrent use.</summary>
/// <remarks>Nothing is lost with it: polling finds whatever changed, only later.</remarks>
internal sealed class Hearsay(TimeProvider time)
{
    /// <summary>How long what is heard first waits for more: calls come in bursts, and a burst is one cycle.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The most ids that are kept. What is heard beyond is left to the pull: for so many a read of all changes is cheaper anyway.</summary>
    public const int MostIds = 10_000;

    private readonly Lock _gate = new();
    private HashSet<string> _ids = new(StringComparer.Ordinal);
    private DateTimeOffset? _due;

    /// <summary>When to look; null while nothing was heard.</summary>
    public DateTimeOffset? Due
    {
        get
        {
            lock (_gate)
            {
                return _due;
            }
        }
    }

    /// <summary>Takes note of records, also of those that could not be looked at.</summary>
    public void Add(IEnumerable<string> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids.TakeWhile(_ => _ids.Count < MostIds))
            {
                _ids.Add(id);
                _due ??= time.GetUtcNow() + Pause;
            }
        }
    }

    /// <summary>Hands out what was heard, each record once.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (_gate)
        {
            var heard = _ids;
            (_ids, _due) = (new(StringComparer.Ordinal), null);
            return [.. heard];
        }
    }
}
