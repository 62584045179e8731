namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The kinds of association that the account has.</summary>
internal sealed class AssociationTypes
{
    /// <summary>The most labels that people may give between two object types.</summary>
    public const int MaxLabels = 10;

    // HubSpot's own ids end well below; so no two types here have one id.
    private int _lastId = 1000;
    private readonly List<AssociationType> _all = [.. AssociationType.Standard];

    /// <summary>All types of one direction, in the order in which they came to be.</summary>
    public IEnumerable<AssociationType> Between(string from, string to) => _all.Where(t => t.From == from && t.To == to);

    /// <summary>All types that start at one object type.</summary>
    public IEnumerable<AssociationType> From(string from) => _all.Where(t => t.From == from);

    /// <summary>The plain type of one direction; null when the two object types cannot be associated.</summary>
    public AssociationType? Plain(string from, string to) => Between(from, to).FirstOrDefault(t => t.Role == AssociationRole.Plain);

    /// <summary>The primary type of one direction, or null.</summary>
    public AssociationType? Primary(string from, string to) => Between(from, to).FirstOrDefault(t => t.Role == AssociationRole.Primary);

    /// <summary>The labels that people gave, in both directions.</summary>
    public IEnumerable<AssociationType> Labels =>
        _all.Where(t => t is { Role: AssociationRole.Label, Category: AssociationType.UserDefined });

    /// <summary>The type with this id, in the direction in which it is defined.</summary>
    public AssociationType Get(int id) => _all.First(t => t.Id == id);

    /// <summary>The type as a request names it, or null.</summary>
    public AssociationType? Find(string from, string to, string category, int id) =>
        Between(from, to).FirstOrDefault(t => t.Id == id && t.Category == category);

    /// <summary>Adds a type of both directions and returns them, the given direction first.</summary>
    public IReadOnlyList<AssociationType> Add(
        string from, string to, (string Name, string? Label) there, (string Name, string? Label) back, AssociationRole role)
    {
        var (id, inverse) = (++_lastId, ++_lastId);
        AssociationType[] added =
        [
            new(AssociationType.UserDefined, id, from, to, there.Name, there.Label, inverse, role),
            new(AssociationType.UserDefined, inverse, to, from, back.Name, back.Label, id, role),
        ];
        _all.AddRange(added);
        return added;
    }

    /// <summary>Gives a label other words.</summary>
    public void Rename(AssociationType type, string label, string? inverseLabel)
    {
        Replace(type with { Label = label });
        var back = Get(type.Inverse);
        Replace(back with { Label = inverseLabel ?? back.Label });
    }

    /// <summary>Removes a label in both directions.</summary>
    public void Remove(AssociationType type) => _all.RemoveAll(t => t.Id == type.Id || t.Id == type.Inverse);

    /// <summary>Removes the types of an object type that is no more.</summary>
    public void Forget(string objectType) => _all.RemoveAll(t => t.From == objectType || t.To == objectType);

    private void Replace(AssociationType type) => _all[_all.FindIndex(t => t.Id == type.Id)] = type;
}
