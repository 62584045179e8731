using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>An sObject: its describe, its fields and what hangs on it.</summary>
internal sealed class ObjectType
{
    private readonly List<FieldDefinition> _fields = [];
    private readonly Dictionary<string, FieldDefinition> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FieldDefinition> _byRelationship = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<FieldDefinition>> _components = new(StringComparer.OrdinalIgnoreCase);

    public ObjectType(JsonObject describe)
    {
        Describe = describe;
        Name = describe["name"]!.ToString();
        Label = describe["label"]!.ToString();
        KeyPrefix = describe["keyPrefix"]!.ToString();
        foreach (var field in describe["fields"]!.AsArray().OfType<JsonObject>())
        {
            Register(new FieldDefinition(field, _fields.Count));
        }

        Children =
        [
            .. describe["childRelationships"]!.AsArray().Select(c => new ChildLink(
                c!["childSObject"]!.ToString(), c["field"]!.ToString(), (bool)c["cascadeDelete"]!, (bool)c["restrictedDelete"]!)),
        ];
        RecordTypeIds = [.. describe["recordTypeInfos"]!.AsArray().Select(r => r!["recordTypeId"]!.ToString())];
        Id = this["Id"];
        IsDeleted = Field("IsDeleted");
        MasterRecordId = Field("MasterRecordId");
        OwnerId = Field("OwnerId");
        CreatedDate = this["CreatedDate"];
        CreatedById = this["CreatedById"];
        LastModifiedDate = this["LastModifiedDate"];
        LastModifiedById = this["LastModifiedById"];
        SystemModstamp = this["SystemModstamp"];
    }

    public JsonObject Describe { get; }

    public string Name { get; }

    public string Label { get; }

    public string KeyPrefix { get; }

    public IReadOnlyList<FieldDefinition> Fields => _fields;

    public IReadOnlyList<ChildLink> Children { get; }

    public IReadOnlyList<string> RecordTypeIds { get; }

    public FieldDefinition Id { get; }

    public FieldDefinition? IsDeleted { get; }

    public FieldDefinition? MasterRecordId { get; }

    public FieldDefinition? OwnerId { get; }

    public FieldDefinition CreatedDate { get; }

    public FieldDefinition CreatedById { get; }

    public FieldDefinition LastModifiedDate { get; }

    public FieldDefinition LastModifiedById { get; }

    public FieldDefinition SystemModstamp { get; }

    public bool Mergeable => (bool)Describe["mergeable"]!;

    public FieldDefinition this[string name] => _byName[name];

    /// <summary>The field of this name, letter case ignored, or null.</summary>
    public FieldDefinition? Field(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The reference field behind a relationship name such as <c>Account</c> or <c>Parent__r</c>, or null.</summary>
    public FieldDefinition? Relationship(string name) => _byRelationship.GetValueOrDefault(name);

    /// <summary>The components of a compound field such as BillingAddress or Name.</summary>
    public IReadOnlyList<FieldDefinition> Components(string compound) => _components.GetValueOrDefault(compound) ?? [];

    public FieldDefinition Add(FieldSpec spec)
    {
        var describe = FieldTemplates.Describe(spec);
        Describe["fields"]!.AsArray().Add(describe);
        var field = new FieldDefinition(describe, _fields.Count, spec.Formula);
        Register(field);
        return field;
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
