using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>The objects of an org, what its integration user may see of them, and when that last changed.</summary>
internal sealed class OrgSchema
{
    /// <summary>Read once a process: the documents are large and a simulation makes many orgs.</summary>
    private static readonly Lazy<IReadOnlyList<ObjectEnvelope>> Standard = new(() =>
    [
        .. new[] { "Account", "Contact", "Lead", "Opportunity", "Case" }.Select(DescribeDocuments.Standard).Append(UserObject.Describe())
            .Select(d => new ObjectEnvelope(d)),
    ]);

    private readonly Dictionary<string, ObjectType> _types = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HashSet<string>> _hidden = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The same with the recorded Account of an org that has person accounts: 250 fields.</summary>
    private static readonly Lazy<IReadOnlyList<ObjectEnvelope>> WithPersonAccounts = new(() =>
    [
        .. Standard.Value.Select(e => e.Name == "Account" ? new ObjectEnvelope(DescribeDocuments.PersonAccount()) : e),
    ]);

    public OrgSchema(DateTimeOffset now, bool personAccounts = false)
    {
        foreach (var envelope in personAccounts ? WithPersonAccounts.Value : Standard.Value)
        {
            Register(envelope).Add(Key);
        }

        AddDefaultFields();
        ChangedAt = now;
    }

    /// <summary>The external id that every standard object has.</summary>
    public static FieldSpec Key { get; } = new("Warehouse_Id__c", "string") { Label = "Warehouse Id", Length = 64, ExternalId = true, Unique = true };

    public IEnumerable<ObjectType> Types => _types.Values;

    /// <summary>Answered as Last-Modified of every describe; whole seconds.</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Counts changes, so that rendered describes can be kept until the next one.</summary>
    public int Revision { get; private set; }

    public ObjectType? Find(string name) => _types.GetValueOrDefault(name);

    public ObjectType Get(string name) => Find(name) ?? throw new ArgumentException($"No object {name} in the simulated org.", nameof(name));

    public FieldDefinition Add(ObjectType type, FieldSpec spec, DateTimeOffset now)
    {
        Touch(now);
        var field = type.Add(spec);
        if (spec.ReferenceTo is not null && Find(spec.ReferenceTo) is { } parent)
        {
            parent.AddChild(new ChildLink(type.Name, field.Name, spec.MasterDetail, false, $"{type.Name.Replace("__c", "")}s__r"));
        }

        return field;
    }

    public ObjectType Add(ObjectEnvelope envelope, DateTimeOffset now)
    {
        Touch(now);
        return Register(envelope);
    }

    public FieldDefinition Replace(ObjectType type, FieldDefinition before, JsonObject describe, DateTimeOffset now)
    {
        Touch(now);
        var after = type.Replace(before, describe);
        if (_hidden[type.Name].Remove(before.Name))
        {
            _hidden[type.Name].Add(after.Name);
        }

        return after;
    }

    public void Delete(ObjectType type, FieldDefinition field, DateTimeOffset now)
    {
        Touch(now);
        type.Delete(field);
        _hidden[type.Name].Remove(field.Name);
    }

    public void Hide(ObjectType type, string field, bool hidden, DateTimeOffset now)
    {
        var name = type.Field(field)?.Name ?? throw new ArgumentException($"No field {field} on {type.Name}.", nameof(field));
        _ = hidden ? _hidden[type.Name].Add(name) : _hidden[type.Name].Remove(name);
        Touch(now);
    }

    /// <summary>Field-level security of the integration user (reference §2.3).</summary>
    public bool Visible(ObjectType type, FieldDefinition field) => !_hidden[type.Name].Contains(field.Name);

    private ObjectType Register(ObjectEnvelope envelope)
    {
        var type = new ObjectType(envelope);
        _types.Add(type.Name, type);
        _hidden.Add(type.Name, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        return type;
    }

    private void Touch(DateTimeOffset now)
    {
        ChangedAt = now;
        Revision++;
    }

    private void AddDefaultFields()
    {
        var account = Get("Account");
        account.Add(new FieldSpec("Health_Score__c", "double") { Precision = 18, Scale = 2 });
        account.Add(new FieldSpec("Segment__c", "picklist") { Picklist = ["Enterprise", "Mid-Market", "SMB"], Restricted = true });
        account.Add(new FieldSpec("Tags__c", "multipicklist") { Picklist = ["Reference", "Partner", "Strategic", "At Risk", "Beta"] });
        var contact = Get("Contact");
        contact.Add(new FieldSpec("Lead_Score__c", "double") { Precision = 18, Scale = 0 });
        contact.Add(new FieldSpec("Newsletter__c", "boolean"));
    }
}
