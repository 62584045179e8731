using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>An sObject of one org: its standard fields and those added to it.</summary>
internal sealed class ObjectType
{
    private readonly List<FieldDefinition> _fields = [];
    private readonly List<ChildLink> _children;
    private readonly Dictionary<string, FieldDefinition> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FieldDefinition> _byRelationship = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<FieldDefinition>> _components = new(StringComparer.OrdinalIgnoreCase);

    public ObjectType(ObjectEnvelope envelope)
    {
        Envelope = envelope;
        foreach (var field in envelope.Fields)
        {
            Register(field);
        }

        Slots = _fields.Count;
        Id = this["Id"];
        IsDeleted = Field("IsDeleted");
        MasterRecordId = Field("MasterRecordId");
        OwnerId = Field("OwnerId");
        CreatedDate = this["CreatedDate"];
        CreatedById = this["CreatedById"];
        LastModifiedDate = Field("LastModifiedDate") ?? CreatedDate;
        LastModifiedById = Field("LastModifiedById") ?? CreatedById;
        SystemModstamp = Field("SystemModstamp") ?? CreatedDate;
        _children = [.. envelope.Children];
    }

    public ObjectEnvelope Envelope { get; }

    public string Name => Envelope.Name;

    public string Label => Envelope.Label;

    public string KeyPrefix => Envelope.KeyPrefix;

    public IReadOnlyList<FieldDefinition> Fields => _fields;

    /// <summary>Who points here: the recorded relationships and those of custom fields.</summary>
    public IReadOnlyList<ChildLink> Children => _children;

    /// <summary>How many values a record has room for: deleted fields keep theirs, so that no other field moves into it.</summary>
    public int Slots { get; private set; }

    public FieldDefinition Id { get; }

    public FieldDefinition? IsDeleted { get; }

    public FieldDefinition? MasterRecordId { get; }

    public FieldDefinition? OwnerId { get; }

    public FieldDefinition CreatedDate { get; }

    public FieldDefinition CreatedById { get; }

    /// <summary>CreatedDate for objects whose records never change.</summary>
    public FieldDefinition LastModifiedDate { get; }

    public FieldDefinition LastModifiedById { get; }

    public FieldDefinition SystemModstamp { get; }

    /// <summary>The field of this name; the caller knows that it exists.</summary>
    public FieldDefinition this[string name] =>
        Field(name) ?? throw new ArgumentException($"No field {name} on {Name}.", nameof(name));

    /// <summary>The field of this name, letter case ignored, or null.</summary>
    public FieldDefinition? Field(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The reference field behind a relationship name such as <c>Account</c> or <c>Parent__r</c>, or null.</summary>
    public FieldDefinition? Relationship(string name) => _byRelationship.GetValueOrDefault(name);

    /// <summary>The components of a compound field such as BillingAddress or Name.</summary>
    public IReadOnlyList<FieldDefinition> Components(string compound) => _components.GetValueOrDefault(compound) ?? [];

    public void AddChild(ChildLink link) => _children.Add(link);

    public FieldDefinition Add(FieldSpec spec)
    {
        if (Field(spec.Name) is not null)
        {
            throw new ArgumentException($"{Name} has a field {spec.Name} already.", nameof(spec));
        }

        if ((spec.ExternalId || spec.Unique) && spec.Type is not ("string" or "email"))
        {
            throw new ArgumentException($"{spec.Name}: only text can be an external id or unique here.", nameof(spec));
        }

        var field = new FieldDefinition(FieldTemplates.Describe(spec), Slots++, spec.Formula, spec.RollUp);
        Register(field);
        return field;
    }

    /// <summary>Puts a field in the place of another, whose values it takes over.</summary>
    public FieldDefinition Replace(FieldDefinition before, JsonObject describe)
    {
        var name = describe["name"]!.ToString();
        if (!name.Equals(before.Name, StringComparison.OrdinalIgnoreCase) && Field(name) is not null)
        {
            throw new ArgumentException($"{Name} has a field {name} already.", nameof(describe));
        }

        var after = new FieldDefinition(describe, before.Ordinal, before.Formula, before.RollUp);
        Exchange(() => _fields[_fields.IndexOf(before)] = after);
        return after;
    }

    public void Delete(FieldDefinition field) => Exchange(() => _fields.Remove(field));

    /// <summary>A state's values, with room for fields added since, to be changed by the caller.</summary>
    public object?[] Values(RowVersion version)
    {
        var values = new object?[Slots];
        foreach (var field in _fields)
        {
            values[field.Ordinal] = version[field];
        }

        return values;
    }

    /// <summary>The values of a record nobody has filled in yet.</summary>
    public object?[] Defaults()
    {
        var values = new object?[Slots];
        foreach (var field in _fields)
        {
            values[field.Ordinal] = field.Default;
        }

        return values;
    }

    private void Exchange(Action change)
    {
        change();
        var fields = _fields.ToList();
        _fields.Clear();
        _byName.Clear();
        _byRelationship.Clear();
        _components.Clear();
        foreach (var field in fields)
        {
            Register(field);
        }
    }

    private void Register(FieldDefinition field)
    {
        _fields.Add(field);
        _byName.Add(field.Name, field);
        if (field is { RelationshipName: { } relationship, ReferenceTo.Count: > 0 })
        {
            _byRelationship[relationship] = field;
        }

        if (field.CompoundFieldName is { } compound && compound != field.Name)
        {
            if (!_components.TryGetValue(compound, out var parts))
            {
                _components[compound] = parts = [];
            }

            parts.Add(field);
        }
    }
}
