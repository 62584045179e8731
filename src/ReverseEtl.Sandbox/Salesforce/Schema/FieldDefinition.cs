using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>A field as its describe says, ready for use.</summary>
internal sealed class FieldDefinition
{
    public FieldDefinition(
        JsonObject describe, int ordinal, Func<Func<string, object?>, object?>? formula = null, RollUp? rollUp = null)
    {
        Describe = describe.ToJsonString();
        Ordinal = ordinal;
        Formula = formula;
        RollUp = rollUp;
        Name = Text(describe, "name")!;
        Label = Text(describe, "label") ?? Name;
        Type = Text(describe, "type")!;
        Kind = KindOf(Type);
        Length = Number(describe, "length");
        Precision = Number(describe, "precision");
        Scale = Number(describe, "scale");
        Digits = Number(describe, "digits");
        IsCustom = Flag(describe, "custom");
        Createable = Flag(describe, "createable");
        Updateable = Flag(describe, "updateable");
        Nillable = Flag(describe, "nillable");
        DefaultedOnCreate = Flag(describe, "defaultedOnCreate");
        Unique = Flag(describe, "unique");
        ExternalId = Flag(describe, "externalId");
        IdLookup = Flag(describe, "idLookup");
        CaseSensitive = Flag(describe, "caseSensitive");
        Filterable = Flag(describe, "filterable");
        Sortable = Flag(describe, "sortable");
        Groupable = Flag(describe, "groupable");
        Restricted = Flag(describe, "restrictedPicklist");
        Polymorphic = Flag(describe, "polymorphicForeignKey");
        RelationshipName = Text(describe, "relationshipName");
        CompoundFieldName = Text(describe, "compoundFieldName");
        ReferenceTo = [.. describe["referenceTo"]?.AsArray().Select(t => t!.ToString()) ?? []];
        var active = describe["picklistValues"]?.AsArray().OfType<JsonObject>().Where(v => (bool)v["active"]!).ToList() ?? [];
        Picklist = [.. active.Select(v => v["value"]!.ToString())];
        Default = Kind == FieldKind.Boolean
            ? false
            : active.Find(v => (bool)v["defaultValue"]!)?["value"]?.ToString();
    }

    /// <summary>The describe as JSON text: fields are shared by all orgs of a process, and text is safe to share.</summary>
    public string Describe { get; }

    /// <summary>Position of the value in a record's array.</summary>
    public int Ordinal { get; }

    public Func<Func<string, object?>, object?>? Formula { get; }

    /// <summary>Set for roll-up summary fields.</summary>
    public RollUp? RollUp { get; }

    public string Name { get; }

    public string Label { get; }

    public string Type { get; }

    public FieldKind Kind { get; }

    public int Length { get; }

    public int Precision { get; }

    public int Scale { get; }

    public int Digits { get; }

    public bool IsCustom { get; }

    public bool Createable { get; }

    public bool Updateable { get; }

    public bool Nillable { get; }

    public bool DefaultedOnCreate { get; }

    public bool Unique { get; }

    public bool ExternalId { get; }

    public bool IdLookup { get; }

    public bool CaseSensitive { get; }

    public bool Filterable { get; }

    public bool Sortable { get; }

    public bool Groupable { get; }

    public bool Restricted { get; }

    public bool Polymorphic { get; }

    public string? RelationshipName { get; }

    public string? CompoundFieldName { get; }

    public IReadOnlyList<string> ReferenceTo { get; }

    public IReadOnlyList<string> Picklist { get; }

    public object? Default { get; }

    /// <summary>Required ⇔ createable, not nillable, not defaulted (reference §2.3).</summary>
    public bool RequiredOnCreate => Createable && !Nillable && !DefaultedOnCreate;

    /// <summary>Whether a record can be looked up by this field: external ids and the standard idLookup fields.</summary>
    public bool IsLookupKey => (ExternalId || IdLookup) && Kind != FieldKind.Id;

    /// <summary>Key under which a value is indexed; case counts only where the describe says so.</summary>
    public string IndexKey(string value) => CaseSensitive || Kind == FieldKind.Reference ? value : value.ToLowerInvariant();

    private static string? Text(JsonObject describe, string key) => describe[key] is JsonValue value ? value.ToString() : null;

    private static int Number(JsonObject describe, string key) => describe[key] is JsonValue value ? (int)value : 0;

    private static bool Flag(JsonObject describe, string key) => describe[key] is JsonValue value && (bool)value;

    private static FieldKind KindOf(string type) => type switch
    {
        "textarea" => FieldKind.TextArea,
        "email" => FieldKind.Email,
        "picklist" => FieldKind.Picklist,
        "multipicklist" => FieldKind.MultiPicklist,
        "boolean" => FieldKind.Boolean,
        "int" or "long" => FieldKind.Integer,
        "double" or "currency" or "percent" => FieldKind.Number,
        "date" => FieldKind.Date,
        "datetime" => FieldKind.DateTime,
        "reference" => FieldKind.Reference,
        "id" => FieldKind.Id,
        "address" or "location" => FieldKind.Compound,
        _ => FieldKind.Text,
    };
}
