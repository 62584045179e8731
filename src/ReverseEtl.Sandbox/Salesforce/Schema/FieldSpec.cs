namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>A custom field to be added to an object.</summary>
/// <param name="Name">API name, e.g. <c>Health_Score__c</c>.</param>
/// <param name="Type">A describe type: string, textarea, email, phone, url, boolean, int, double, currency, percent, date,
/// datetime, picklist, multipicklist, reference, or encryptedstring, which is read masked.</param>
public sealed record FieldSpec(string Name, string Type)
{
    /// <summary>Label in messages; the name without <c>__c</c> and underscores when null.</summary>
    public string? Label { get; init; }

    /// <summary>Characters, for text.</summary>
    public int Length { get; init; } = 255;

    /// <summary>All digits, for double, currency and percent; the digits for int.</summary>
    public int Precision { get; init; } = 18;

    /// <summary>Digits after the point.</summary>
    public int Scale { get; init; }

    /// <summary>Usable for upsert.</summary>
    public bool ExternalId { get; init; }

    /// <summary>No two living records share a value.</summary>
    public bool Unique { get; init; }

    /// <summary>Whether values that differ in case only are different keys.</summary>
    public bool CaseSensitive { get; init; }

    /// <summary>False makes the field required.</summary>
    public bool Nillable { get; init; } = true;

    /// <summary>The values of a pick-list, in order.</summary>
    public IReadOnlyList<string> Picklist { get; init; } = [];

    /// <summary>Whether other values are refused.</summary>
    public bool Restricted { get; init; }

    /// <summary>The object a reference points at.</summary>
    public string? ReferenceTo { get; init; }

    /// <summary>The name of the relationship of a reference; derived from the field name when null.</summary>
    public string? RelationshipName { get; init; }

    /// <summary>The parent owns its children: the field is required, cannot be changed, and children are deleted with the parent.</summary>
    public bool MasterDetail { get; init; }

    /// <summary>Shield encryption: the describe says <c>encrypted</c>, and the field can be neither filtered nor sorted by.</summary>
    public bool Encrypted { get; init; }

    /// <summary>Makes a roll-up summary: read-only, and its changes move no stamp unless a switch says so (reference §6.1).</summary>
    public RollUp? RollUp { get; init; }

    /// <summary>Computes a formula field from the record's other fields; its changes move no stamp (reference §6.1).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Func<Func<string, object?>, object?>? Formula { get; init; }
}
