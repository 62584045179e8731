namespace ReverseEtl.Simulation.Coverage;

/// <summary>How often the rare things happened. A simulation in which one never does proves nothing about it.</summary>
public sealed class Counters
{
    private readonly SortedDictionary<string, long> _hits = new(StringComparer.Ordinal);

    /// <summary>By what happened.</summary>
    public IReadOnlyDictionary<string, long> Hits => _hits;

    /// <summary>It happened once more.</summary>
    public void Hit(string what) => _hits[what] = _hits.GetValueOrDefault(what) + 1;

    /// <summary>Adds what another run counted.</summary>
    public void Add(Counters other)
    {
        foreach (var (what, count) in other.Hits)
        {
            _hits[what] = _hits.GetValueOrDefault(what) + count;
        }
    }
}
