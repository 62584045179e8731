namespace ReverseEtl.Simulation.Models.States;

/// <summary>Everything that is durable, of all mappings.</summary>
internal sealed class StateData
{
    private readonly SortedDictionary<string, MappingData> _mappings = new(Utf8Order.Instance);

    public StateData()
        : this(new())
    {
    }

    private StateData(Sequences sequences) => Sequences = sequences;

    public Sequences Sequences { get; }

    public IReadOnlyCollection<MappingData> Mappings => _mappings.Values;

    public MappingData? Find(string mapping) => _mappings.GetValueOrDefault(mapping);

    /// <summary>The mapping, made when there is none.</summary>
    public MappingData Of(string mapping)
    {
        if (!_mappings.TryGetValue(mapping, out var data))
        {
            _mappings.Add(mapping, data = new MappingData(mapping, Sequences));
        }

        return data;
    }

    /// <summary>A copy that shares only what never changes.</summary>
    public StateData Copy()
    {
        var copy = new StateData(Sequences.Copy());
        foreach (var (name, mapping) in _mappings)
        {
            copy._mappings.Add(name, mapping.Copy(copy.Sequences));
        }

        return copy;
    }
}
