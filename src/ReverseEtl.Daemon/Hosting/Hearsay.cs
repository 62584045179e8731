namespace ReverseEtl.Daemon.Hosting;

/// <summary>CRM records of which a loop was told and at which it has not looked yet. Safe for concurrent use; bounded.</summary>
/// <remarks>Nothing is lost with it: polling finds whatever changed, only later.</remarks>
internal sealed class Hearsay(TimeProvider time)
{
    /// <summary>How long what is heard first waits for more: calls come in bursts, and a burst is one cycle.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>With more ids than this a read of all changes is cheaper than a look at each.</summary>
    public const int MostIds = 10_000;

    private readonly Lock _gate = new();
    private HashSet<string> _ids = new(StringComparer.Ordinal);
    private bool _isTooMuch;
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

    /// <summary>Takes note of records.</summary>
    public void Add(IEnumerable<string> ids)
    {
        lock (_gate)
        {
            _ids.UnionWith(ids);
            if (_ids.Count > MostIds)
            {
                (_ids, _isTooMuch) = (new(StringComparer.Ordinal), true);
            }

            _due ??= _ids.Count > 0 || _isTooMuch ? time.GetUtcNow() + Pause : null;
        }
    }

    /// <summary>Hands out everything heard.</summary>
    public Heard Take()
    {
        lock (_gate)
        {
            var heard = new Heard([.. _ids], _isTooMuch);
            (_ids, _isTooMuch, _due) = (new(StringComparer.Ordinal), false, null);
            return heard;
        }
    }

    /// <summary>Takes back what could not be looked at.</summary>
    public void PutBack(Heard heard)
    {
        lock (_gate)
        {
            _isTooMuch |= heard.IsTooMuch;
        }

        Add(heard.Ids);
    }
}

/// <summary>What was heard.</summary>
/// <param name="Ids">CRM ids, each once.</param>
/// <param name="IsTooMuch">There were too many to keep; all changes are to be read.</param>
internal sealed record Heard(IReadOnlyList<string> Ids, bool IsTooMuch);
