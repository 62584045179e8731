using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Which record an id went into by merges, as far as it was seen in one pass. Not safe for concurrent use.</summary>
internal sealed class SurvivorMap
{
    private readonly Dictionary<string, string> _into = new(StringComparer.Ordinal);

    /// <summary>Takes what records tell of the ids that went into them.</summary>
    public void Learn(IEnumerable<WireRecord> records)
    {
        foreach (var record in records)
        {
            foreach (var old in HubSpotObject.SplitIds(record.Property(HubSpotObject.MergedIds)).Where(id => id != record.Id))
            {
                _into[old] = record.Id;
            }
        }
    }

    /// <summary>Takes what single reads made of ids.</summary>
    public void Learn(IReadOnlyDictionary<string, string> resolved)
    {
        foreach (var (old, id) in resolved.Where(pair => pair.Key != pair.Value))
        {
            _into[old] = id;
        }
    }

    /// <summary>The record that is left of this one after all merges; null when none is known.</summary>
    public string? Find(string id)
    {
        string? survivor = null;
        var seen = new HashSet<string>(StringComparer.Ordinal) { id };
        while (_into.TryGetValue(survivor ?? id, out var next) && seen.Add(next))
        {
            survivor = next;
        }

        return survivor;
    }
}
