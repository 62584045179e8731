using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>Every field a mapping ever had, by its two names. A field keeps its number for ever.</summary>
internal sealed class FieldNumbers
{
    private readonly List<(string Warehouse, string Crm)> _names = [];

    /// <summary>In the order of numbers.</summary>
    public IReadOnlyList<(string Warehouse, string Crm)> Names => _names;

    /// <summary>One number a field, given out where there is none yet.</summary>
    public int[] Open(IReadOnlyList<FieldMapping> fields)
    {
        foreach (var name in fields.Select(field => (field.Warehouse, field.Crm)).Where(name => !_names.Contains(name)))
        {
            _names.Add(name);
        }

        return [.. fields.Select(field => _names.IndexOf((field.Warehouse, field.Crm)))];
    }

    public FieldNumbers Copy()
    {
        var copy = new FieldNumbers();
        copy._names.AddRange(_names);
        return copy;
    }
}
